import Foundation

/// The tables of tests that arguments of `hansa policy test` name: a table, the policy it stands beside, or a directory of both.
enum PolicyTables {
    /// What a table's name ends in.
    static let suffix = ".tests.yaml"
    /// The most entries of a directory that are looked at.
    static let limit = 10_000

    /// The files to read, each once, a directory's in the order of their names.
    ///
    /// - Throws: `CommandError` for a directory that holds no table, or more than ``limit`` entries.
    static func files(_ arguments: [String]) throws -> [String] {
        var seen: Set<String> = []
        return try arguments.flatMap(files).filter { seen.insert(URL(fileURLWithPath: $0).standardized.path).inserted }
    }

    private static func files(_ argument: String) throws -> [String] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: argument, isDirectory: &isDirectory) else { return [argument] }
        if isDirectory.boolValue { return try tables(below: argument) }
        guard !argument.hasSuffix(suffix) else { return [argument] }
        let beside = (argument as NSString).deletingPathExtension + suffix
        return [FileManager.default.fileExists(atPath: beside) ? beside : argument]
    }

    private static func tables(below directory: String) throws -> [String] {
        var found: [String] = []
        for (count, name) in (FileManager.default.enumerator(atPath: directory) ?? .init()).enumerated() {
            guard count < limit else {
                throw CommandError(
                    .input, "`\(directory)` holds more than \(limit) files", advice: "name the tables themselves")
            }
            if let name = name as? String, name.hasSuffix(suffix) { found.append("\(directory)/\(name)") }
        }
        guard !found.isEmpty else {
            throw CommandError(.input, "no file below `\(directory)` is a table of tests, NAME\(suffix)")
        }
        return found.sorted()
    }
}
