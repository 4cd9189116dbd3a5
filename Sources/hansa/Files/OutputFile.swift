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

    /// Writes several whole files; without overwriting none of them, where one is there.
    static func write(_ files: [(path: String, bytes: [UInt8])], overwriting: Bool) throws {
        if overwriting {
            for file in files { try write(file.bytes, to: file.path) }
            return
        }
        var written: [String] = []
        do {
            for file in files {
                try create(file.bytes, at: file.path)
                written.append(file.path)
            }
        } catch {
            for path in written { unlink(path) }
            throw error
        }
    }

    private static func create(_ bytes: [UInt8], at path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            throw CommandError(
                .usage, "`\(path.printable)` is there already", advice: "name another file, or add --force")
        } catch {
            throw CommandError(.failure, "cannot write `\(path.printable)`: \(SystemError.text(of: error))")
        }
    }
}
