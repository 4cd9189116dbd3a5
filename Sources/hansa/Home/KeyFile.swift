import CityIdentity
import Foundation

/// A private key on disk: PKCS#8 PEM that nobody but its owner may read.
enum KeyFile {
    /// Reads a key, refusing a file that others may read.
    static func read(_ path: String) throws -> PrivateKey {
        try checkMode(path)
        let pem = try InputFile.text(path)
        do {
            return try PrivateKey(pem: pem)
        } catch {
            throw CommandError(.input, "`\(path)` holds no key this program can use", cause: error)
        }
    }

    /// Writes a key to a file that must not exist yet; the bytes never stand in a file with a wider mode.
    static func write(_ pem: String, to path: String) throws {
        try writeNew(Array(pem.utf8), to: path, mode: 0o600)
    }

    /// Creates a file with exactly this mode and these bytes, durable before it returns.
    static func writeNew(_ bytes: [UInt8], to path: String, mode: mode_t) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            let reason = errno == EEXIST ? "it exists already, and keys are never overwritten" : SystemError.text(errno)
            throw CommandError(.permission, "cannot create `\(path)`: \(reason)")
        }
        defer { close(descriptor) }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + offset, bytes.count - offset)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw CommandError(.failure, "cannot write `\(path)`: \(SystemError.text(errno))") }
            offset += count
        }
        guard fsync(descriptor) == 0 else {
            throw CommandError(.failure, "cannot write `\(path)`: \(SystemError.text(errno))")
        }
    }

    static func checkMode(_ path: String) throws {
        guard try FileMode.of(path) & 0o077 == 0 else {
            throw CommandError(
                .permission, "others may read the key file `\(path)`", advice: "run `chmod 600 \(path)`")
        }
    }
}
