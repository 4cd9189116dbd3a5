import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy

/// Policies that a question is put to, with the moment it is about.
struct PolicyGround: Sendable {
    /// Those in force at the moment.
    let policies: PolicySet

    /// Those and the ones that are agreed to come into force later, each bounded to the time in which it is.
    let agreed: PolicySet

    /// The moment that was named; else now, or the time of the block.
    let moment: Timestamp

    /// By city, the names of the datasets that it shares with the dataset's provider; `nil` where no policy asks for that, or
    /// no ledger was asked.
    let shares: [IdentificationCode: [String]]?

    /// What the ledger has of the names in the question; `nil` where none was asked.
    let names: PolicyNames?

    /// What a consumer's city shares with the provider.
    func shares(of consumer: IdentificationCode) -> [String]? { shares.map { $0[consumer.city] ?? [] } }
}

/// Which policies a question is put to: those of files, those in force now, or those that were at the end of a block.
struct PolicySelection: ParsableArguments {
    @OptionGroup var source: LedgerSourceOptions

    @Option(name: .long, help: "A policy's file to ask instead of the ledger; may be repeated.", completion: .file())
    var policy: [String] = []

    @Option(
        name: .long,
        help: "Ask the ledger as it was at the end of that block, derived anew from the leaves up to there.")
    var height: UInt64?

    func validate() throws {
        guard !policy.isEmpty else { return }
        if height != nil { throw ValidationError("--height is about the ledger, and --policy is not") }
        if source.directory != nil { throw ValidationError("--directory is about the ledger, and --policy is not") }
    }

    /// The policies for a dataset, and what else their answer depends on.
    ///
    /// - Parameters:
    ///   - consumer: Who would ask, where the question is about somebody.
    ///   - time: The moment that the question is about; earlier than the ledger's own, what is in force then stands for it.
    func ground(
        for dataset: DatasetIdentifier, consumer: IdentificationCode? = nil, at time: Timestamp? = nil
    ) async throws -> PolicyGround {
        guard policy.isEmpty else {
            let policies = PolicySet(try policy.map(PolicyFile.proposable))
            return PolicyGround(policies: policies, agreed: policies, moment: time ?? .now(), shares: nil, names: nil)
        }
        guard height != nil || source.directory != nil else {
            return try await source.home.withNode { node in
                let names = try await PolicyNames(dataset, consumer: consumer, from: node)
                let found = names.isProviderActive ? try await node.agreedPolicies(for: dataset) : []
                let now = Timestamp.now()
                let moment = max(now, time ?? now)
                let agreed = PolicySet(found.map { $0.bounded(asOf: now) })
                let shares = agreed.asksForShares ? try await node.shares(with: dataset.provider) : nil
                return PolicyGround(
                    policies: PolicySet(found.filter { $0.holds(at: moment) }.map(\.policy)), agreed: agreed,
                    moment: time ?? now, shares: shares, names: names)
            }
        }
        let view = try await view()
        let now = height == nil ? max(.now(), view.time) : view.time
        let policies = view.policies(for: dataset, at: max(now, time ?? now))
        let agreed = PolicySet(
            view.agreedPolicies(for: dataset, at: now).compactMap { record in
                (try? Policy(reading: record.proposal.document, format: record.proposal.format)).flatMap {
                    AgreedPolicy($0, record: record.json(at: now))?.bounded(asOf: now)
                }
            }, unreadable: policies.unreadable)
        let shares = agreed.asksForShares ? view.shares(with: dataset.provider, at: now) : nil
        return PolicyGround(
            policies: policies, agreed: agreed, moment: time ?? now, shares: shares,
            names: PolicyNames(dataset, consumer: consumer, in: view, height: height))
    }

    /// The ledger in the directory that was named as it is, or any as it was at the height.
    private func view() async throws -> LedgerView {
        guard let height else {
            return try await source.with { source in
                guard case .local(let archive) = source else { throw CommandError(.failure, "no directory was named") }
                return try await archive.view()
            }
        }
        let key = try await LedgerKey.read(nil, home: source.owner)
        return try await source.with { source in
            let progress = LedgerProgress()
            do {
                switch source {
                case .local(let archive): return try await archive.view(at: height) { progress.update($0) }
                case .remote:
                    return try await Ledger.view(
                        at: height, reading: source, checkpoint: source.checkpoint(), trusting: .keys([key])
                    ) { progress.update($0) }
                }
            } catch let error as LedgerError {
                if error.code == .storage, let cause = error.cause as? CommandError { throw cause }
                throw CommandError(
                    error.code == .notFound ? .notFound : .no, "the ledger at height \(height)", cause: error)
            }
        }
    }
}
