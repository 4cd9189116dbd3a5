import AccessReceipts
import CityIdentity
import Ledger
import Logging
import Relay
import ServiceLifecycle

/// Makes blocks until the node stops; what was accepted is still recorded.
struct LedgerService: Service {
    let ledger: Ledger

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await ledger.run() }
    }
}

/// Forgets what was counted under policies that have ended, now and then, until the node stops.
struct UsageService: Service {
    let ledger: Ledger
    let receipts: ReceiptStore
    let logger: Logger

    private static let interval = Duration.seconds(3600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let view = ledger.view
                let ended = receipts.usage.endedRules(in: view, at: view.time)
                do { try await receipts.forgetUsage(of: ended) } catch {
                    logger.warning("counts of ended policies are not forgotten", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}

/// Anchors the receipt log until the node stops, and once more then.
struct AnchorService: Service {
    let anchorer: ReceiptAnchorer

    func run() async throws {
        await cancelWhenGracefulShutdown { await anchorer.run() }
        // Failing is no loss: the next start anchors what is new.
        _ = try? await anchorer.anchor()
    }
}
