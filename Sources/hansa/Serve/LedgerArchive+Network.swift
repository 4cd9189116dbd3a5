import Ledger
import TransparencyLog

extension LedgerArchive {
    /// The network whose ledger this is, as its checkpoint says.
    func network() async throws(LedgerError) -> String {
        let bytes = try await checkpoint()
        do {
            return try Checkpoint(parsing: SignedNote(parsing: bytes).text).origin
        } catch {
            throw LedgerError(.corrupted, "the ledger's checkpoint is not one", cause: error)
        }
    }
}
