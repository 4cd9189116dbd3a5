import SharingPolicy
import StrictJSON

/// A document a person wrote, in JSON or the same in YAML.
enum DocumentFile {
    /// Reads a file by its ending: `.json` strictly as JSON, anything else as YAML that means one thing to every reader.
    static func json(_ path: String) throws -> JSONValue {
        let bytes = try InputFile.bytes(path)
        let isJSON = path.hasSuffix(".json")
        do {
            return isJSON ? try JSONValue(parsing: bytes) : try YAMLDocument.value(of: bytes)
        } catch {
            throw CommandError(.input, "`\(path)` is not \(isJSON ? "JSON" : "YAML") that can be read", cause: error)
        }
    }
}
