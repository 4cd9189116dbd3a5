import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy

/// Policies that a question is put to, with the moment it is about.
struct PolicyGround: Sendable {
    let policies: PolicySet

    /// Now, or the time of the block.
    let moment: Timestamp

    /// By city, the names of the datasets that it shares with the dataset's provider; `nil` where no policy asks for that, or
    /// no ledger was asked.
    let shares: [IdentificationCode: [String]]?

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
    func ground(for dataset: DatasetIdentifier) async throws -> PolicyGround {
        guard policy.isEmpty else {
            return PolicyGround(policies: PolicySet(try policy.map(PolicyFile.proposable)), moment: .now(), shares: nil)
        }
        guard height != nil || source.directory != nil else {
            return try await source.home.withNode { node in
                let policies = PolicySet(try await node.policiesInForce(for: dataset))
                let shares = policies.asksForShares ? try await node.shares(with: dataset.provider) : nil
                return PolicyGround(policies: policies, moment: .now(), shares: shares)
            }
        }
        let view = try await view()
        let moment = height == nil ? max(.now(), view.time) : view.time
        let policies = view.policies(for: dataset, at: moment)
        let shares = policies.asksForShares ? view.shares(with: dataset.provider, at: moment) : nil
        return PolicyGround(policies: policies, moment: moment, shares: shares)
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
