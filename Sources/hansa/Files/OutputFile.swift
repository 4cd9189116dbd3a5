import Foundation

/// A file that a command was told to write.
enum OutputFile {
    /// Writes a whole file, or leaves what was there.
    static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandError(.failure, "cannot write `\(path)`: \(SystemError.text(of: error))")
        }
    }
}
