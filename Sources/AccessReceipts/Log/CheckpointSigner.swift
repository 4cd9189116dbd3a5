import Synchronization
import TransparencyLog

/// Signs checkpoints of the log with the gateway's `receipts` key; each size once.
final class CheckpointSigner: Sendable {
    private let origin: String
    private let signer: NoteSigner
    private let last = Mutex<(size: UInt64, note: [UInt8])?>(nil)

    init(origin: String, signer: NoteSigner) {
        self.origin = origin
        self.signer = signer
    }

    func checkpoint(size: UInt64, root: Hash) throws(ReceiptError) -> [UInt8] {
        if let known = last.withLock({ $0?.size == size ? $0?.note : nil }) { return known }
        let note: [UInt8]
        do {
            note = try Checkpoint(origin: origin, size: size, root: root).signed(by: signer).bytes
        } catch {
            throw ReceiptError(.storage, "the log's checkpoint cannot be signed", cause: error)
        }
        last.withLock { $0 = (size, note) }
        return note
    }
}
