import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

/// What a ledger has of the names in a question about policies: an answer is worth little where one is misspelt.
struct PolicyNames: Sendable {
    /// Why nobody gets anything of the dataset whatever policies say, in words; `nil` where it is offered.
    let dataset: String?

    /// Why the consumer cannot ask, in words; `nil` where it can, or the question is about nobody in particular.
    let consumer: String?

    /// Whether one of them was never heard of, or is no longer there.
    let isAnyMissing: Bool

    /// Of one that is not, no policy is in force.
    let isProviderActive: Bool

    init(_ dataset: DatasetIdentifier, consumer: IdentificationCode?, from node: NodeClient) async throws {
        let record = try await node.json("/datasets")["datasets"]?.array?.first { $0.datasetIdentifier == dataset }
        let provider = try await node.standing(of: dataset.provider)
        let asking = if let consumer { try await node.standing(of: consumer) } else { Standing() }
        self.init(dataset, isPublished: record.map { $0["published"]?.bool ?? false }, provider, asking)
    }

    /// - Parameter height: That of the view's block, where it is one of the past.
    init(_ dataset: DatasetIdentifier, consumer: IdentificationCode?, in view: LedgerView, height: UInt64?) {
        func standing(_ code: IdentificationCode) -> Standing {
            Standing(isRegistered: view.identity(code) != nil, reason: view.reasonAgainst(code))
        }
        self.init(
            dataset, isPublished: view.datasetRecord(dataset)?.isPublished, standing(dataset.provider),
            consumer.map(standing) ?? Standing(), height: height)
    }

    /// Where a code stands: whether the ledger has it, and why it may do nothing.
    struct Standing: Sendable {
        var isRegistered = true
        var reason: String?
    }

    private init(
        _ dataset: DatasetIdentifier, isPublished: Bool?, _ provider: Standing, _ consumer: Standing,
        height: UInt64? = nil
    ) {
        let advice = "`hansa dataset list` shows what is offered"
        self.dataset =
            switch isPublished {
            case nil:
                height.map { "`\(dataset)` was not published yet at height \($0)" }
                    ?? "`\(dataset)` was never published: \(advice)"
            case false?:
                height.map { "`\(dataset)` was no longer published at height \($0)" }
                    ?? "`\(dataset)` is no longer published: \(advice)"
            case true?: provider.reason.map { "nothing is shared while \($0)" }
            }
        self.consumer = consumer.reason.map {
            guard !consumer.isRegistered else { return "\($0) and cannot ask" }
            return height.map { "the consumer was not registered yet at height \($0) and could not ask" }
                ?? "\($0) and cannot ask: `hansa identity list` shows who is"
        }
        isAnyMissing = isPublished != true || !consumer.isRegistered
        isProviderActive = provider.reason == nil
    }

    /// Both, a line each.
    var words: [String] { [dataset, consumer].compactMap(\.self) }

    var json: JSONValue {
        ["dataset": dataset.map { JSONValue($0) } ?? .null, "consumer": consumer.map { JSONValue($0) } ?? .null]
    }
}

extension NodeClient {
    /// Where a code stands on the ledger.
    func standing(of code: IdentificationCode) async throws -> PolicyNames.Standing {
        guard let body = try await bytes("/identities/\(code)", accept: "application/json") else {
            return PolicyNames.Standing(isRegistered: false, reason: "`\(code)` is not registered")
        }
        return PolicyNames.Standing(reason: try parse(body, from: "/identities")["inactive"]?.string)
    }
}
