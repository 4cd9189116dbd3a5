import AccessReceipts
import Ledger
import ServiceLifecycle

/// Makes blocks until the node stops; what was accepted is still recorded.
struct LedgerService: Service {
    let ledger: Ledger

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await ledger.run() }
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
