import Foundation

/// A file that a command was told to read.
enum InputFile {
    /// The most a file of settings, keys or documents may hold.
    static let limit = 1 << 20

    /// Reads a whole file.
    ///
    /// - Throws: `CommandError` that says why not: no such file, not permitted, a directory, too large.
    static func bytes(_ path: String, limit: Int = limit) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= limit else {
                throw CommandError(.input, "`\(path)` is larger than \(ByteCount(UInt64(limit)))")
            }
        }
    }

    /// Reads a whole file of UTF-8 text.
    static func text(_ path: String) throws -> String {
        guard let text = String(validating: try bytes(path), as: UTF8.self) else {
            throw CommandError(.input, "`\(path)` is not UTF-8 text")
        }
        return text
    }

    private static func unreadable(_ path: String, _ code: Int32) -> CommandError {
        CommandError(code == EACCES ? .permission : .input, "cannot read `\(path)`: \(SystemError.text(code))")
    }
}
