import Ledger
import NIOCore
import NIOPosix
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

    /// Whether the systems behind the published datasets take connections.
    func upstreams() async -> [Finding] {
        guard let archive = try? LedgerArchive(directory: configuration.path("ledger.directory")),
            let view = try? await archive.view()
        else { return [] }
        var findings: [Finding] = []
        for dataset in view.datasets.prefix(100) {
            let subject = "upstream"
            guard let address = Self.address(of: dataset.origin) else {
                findings.append(
                    .problem(subject, "\(dataset.identifier): origin \(dataset.origin)", advice: "publish it anew"))
                continue
            }
            do {
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connectTimeout(.seconds(3)).connect(host: address.host, port: address.port).get()
                try await channel.close()
                findings.append(.good(subject, "\(dataset.identifier): \(address) takes connections"))
            } catch {
                findings.append(
                    .problem(
                        subject, "\(dataset.identifier): \(address) takes no connections",
                        advice: "ask \(dataset.identifier.provider) whether its system is up"))
            }
        }
        return findings
    }

    private static func address(of origin: String) -> SocketName? {
        let parts = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.count >= 2, let scheme = parts.first else { return nil }
        let authority = String(parts[1])
        return SocketName(authority) ?? SocketName(authority + (scheme == "http:" ? ":80" : ":443"))
    }
}
