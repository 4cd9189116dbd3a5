import Foundation

/// Who may do what with a file.
enum FileMode {
    /// The permissions of a file, or of what a symbolic link leads to.
    static func of(_ path: String) throws -> Int {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        do {
            return try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int ?? 0
        } catch {
            throw CommandError(.input, "cannot read `\(path)`: \(SystemError.text(of: error))")
        }
    }
}
