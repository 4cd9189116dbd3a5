import AccessReceipts
import Ledger
import Relay
import SharingPolicy
import TransparencyLog

/// What a node's own files tell, whether it is running or not.
struct StoredExamination {
    let configuration: NodeConfiguration

    func ledger() async -> Finding {
        do {
            let archive = try LedgerArchive(directory: configuration.path("ledger.directory"))
            let view = try await archive.view()
            return .good(
                "ledger", "\(view.network) at height \(view.height), \(view.size) entries, its checkpoint holds")
        } catch {
            return .problem(
                "ledger", "\(error)", advice: "`hansa ledger verify` says more; restore the directory from a copy")
        }
    }

    /// Whether others of this machine may read who exchanged what with whom, and whether the receipts are all there.
    func receipts() async -> [Finding] {
        guard let directory = try? configuration.path("receipts.directory"),
            let mode = try? FileMode.of(directory)
        else { return [] }
        if mode & 0o077 != 0 {
            return [.problem("receipts", "others may read `\(directory)`", advice: "`chmod -R go= \(directory)`")]
        }
        do {
            let count = try await ReceiptReader(directory: directory).size()
            let view = try await LedgerArchive(directory: configuration.path("ledger.directory")).view()
            let origin = ReceiptsAnchor.origin(network: view.network, gateway: configuration.code)
            guard let anchored = view.anchor(origin)?.size, anchored > count else {
                return [.good("receipts", "\(count) in `\(directory)`, readable by their owner alone")]
            }
            return [
                .problem(
                    "receipts", "the ledger holds an anchor of \(anchored), and there are \(count)",
                    advice: "restore the newer copy of `\(directory)`: an older one can never be anchored again")
            ]
        } catch {
            return [.problem("receipts", "\(error)", advice: "restore `\(directory)` from a copy")]
        }
    }

    /// The most datasets whose systems are tried.
    private static let upstreamLimit = 100

    /// Whether the systems behind the published datasets let the gateway in and prove whose they are.
    func upstreams() async -> [Finding] {
        guard let archive = try? LedgerArchive(directory: configuration.path("ledger.directory")),
            let view = try? await archive.view(), !view.datasets.isEmpty
        else { return [] }
        let examination: UpstreamExamination
        do {
            examination = try UpstreamExamination(
                configuration: configuration.gateway(), identity: configuration.tlsIdentity(), view: view)
        } catch {
            return [
                .problem("upstream", "none can be tried: \(error)", advice: "mend the gateway's key and certificate")
            ]
        }
        return await withTaskGroup(of: (Int, Finding).self) { group in
            for (index, dataset) in view.datasets.prefix(Self.upstreamLimit).enumerated() {
                group.addTask { (index, await Self.finding(dataset, examination)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func finding(_ dataset: Dataset, _ examination: UpstreamExamination) async -> Finding {
        let name = "\(dataset.identifier) (\(dataset.origin))"
        do {
            try await examination.connect(to: dataset)
            return .good("upstream", "\(name) lets the gateway connect")
        } catch {
            let isAddress = (error as? RelayError)?.code == .address
            return .problem(
                "upstream", "\(name): \(ConnectionFailure.words(error))",
                advice: isAddress
                    ? "change `upstream` in hansa.yaml, or ask \(dataset.identifier.provider) for another origin"
                    : "ask \(dataset.identifier.provider) whether its system is up and shows its `tls` key")
        }
    }
}
