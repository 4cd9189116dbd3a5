import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy

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
        if height != nil, !policy.isEmpty { throw ValidationError("--height is about the ledger, and --policy is not") }
    }

    /// The policies for a dataset, and the moment they are asked about: now, or the time of the block.
    func policies(for dataset: DatasetIdentifier) async throws -> (policies: PolicySet, moment: Timestamp) {
        guard policy.isEmpty else { return (PolicySet(try policy.map(PolicyFile.read)), .now()) }
        guard let height else {
            let policies = try await source.home.withNode { try await $0.policiesInForce(for: dataset) }
            return (PolicySet(policies), .now())
        }
        let view = try await view(at: height)
        return (view.policies(for: dataset), view.time)
    }

    private func view(at height: UInt64) async throws -> LedgerView {
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
