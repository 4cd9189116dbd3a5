import Dispatch
import Foundation
import GRDB
import Synchronization

/// Moves pages from the WAL to the file beside the writer, so that the commit that finds the WAL full has little left to move:
/// all exchanges wait for that one.
///
/// It only does earlier what the writer's own checkpoint (`wal_autocheckpoint`) does, and nothing depends on it: where it fails
/// or is killed, the WAL holds what it held, and the writer moves it.
final class WALCheckpointer: Sendable {
    /// Commits after which it is time.
    private static let commits = 64

    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let count = Atomic(0)
    private let isClosed = Atomic(false)

    /// Opens a connection of its own to the store in a directory, and starts a thread that uses it.
    init(directory: String) throws {
        let connection = try ReceiptFiles.openForCheckpoints(directory)
        let thread = Thread { [self] in
            while true {
                wake.wait()
                if isClosed.load(ordering: .acquiring) { break }
                _ = try? connection.inDatabase { try $0.checkpoint(.passive) }
            }
            try? connection.close()
            ended.signal()
        }
        thread.name = "receipts-wal"
        thread.start()
    }

    /// Hears of a commit; costs nothing but now and then the waking of a thread.
    func committed() {
        guard count.add(1, ordering: .relaxed).newValue % Self.commits == 0 else { return }
        wake.signal()
    }

    /// Ends the thread and waits until it has ended; to be called once.
    func close() {
        isClosed.store(true, ordering: .releasing)
        wake.signal()
        ended.wait()
    }
}
