#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Holds a directory against other processes that would write there; the kernel lets go when the process ends.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Throws ``ReceiptError`` of code `locked` where another process holds the directory.
    init(_ path: String) throws(ReceiptError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ReceiptError(.storage, "cannot open `\(path)`: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw ReceiptError(.locked, "another process writes the receipts beside `\(path)`")
        }
    }

    /// Lets go of the directory before this object ends.
    func release() { _ = flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
