internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Keeps a second process from writing the same ledger, which would fork it.
///
/// The lock is the kernel's (`flock`): it goes with the process, however that ends, and a file left behind means nothing.
final class DirectoryLock: Sendable {
    private let descriptor: Mutex<Int32>

    /// Throws ``LedgerError`` of code `locked` while another process, or another ledger of this one, has it.
    init(directory: String) throws(LedgerError) {
        let path = directory + "/ledger.lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw LedgerError(.storage, "`\(path)` cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let words = String(cString: strerror(errno))
            _ = Self.close(file)
            throw isHeld
                ? LedgerError(.locked, "the ledger in `\(directory)` is open in another process")
                : LedgerError(.storage, "`\(path)` cannot be locked: \(words)")
        }
        descriptor = Mutex(file)
    }

    private static func close(_ file: Int32) -> Int32 {
        #if canImport(Darwin)
        Darwin.close(file)
        #elseif canImport(Musl)
        Musl.close(file)
        #else
        Glibc.close(file)
        #endif
    }

    func release() {
        descriptor.withLock { file in
            guard file >= 0 else { return }
            // Closing alone would leave the lock with a child process that is just being started.
            _ = flock(file, LOCK_UN)
            _ = Self.close(file)
            file = -1
        }
    }

    deinit { release() }
}
