import Foundation
import StrictJSON
import Yams

/// A document a person wrote, in JSON or the same in YAML.
enum DocumentFile {
    /// Reads a file by its ending: `.json` strictly as JSON, anything else as YAML.
    static func json(_ path: String) throws -> JSONValue {
        let text = try InputFile.text(path)
        do {
            if path.hasSuffix(".json") { return try JSONValue(parsing: Array(text.utf8)) }
            guard let node = try Yams.compose(yaml: text) else { return .null }
            var budget = limit
            return try value(node, depth: 0, budget: &budget)
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(
                .input, "`\(path)` is not \(path.hasSuffix(".json") ? "JSON" : "YAML"): \(YAMLProblem.words(error))")
        }
    }

    /// The most values a document may have, those that aliases repeat counted each time.
    private static let limit = 100_000

    private static func value(_ node: Node, depth: Int, budget: inout Int) throws -> JSONValue {
        guard depth < 32 else { throw CommandError(.input, "the document is nested too deeply") }
        budget -= 1
        guard budget > 0 else { throw CommandError(.input, "the document has more than \(limit) values") }
        switch node {
        case .mapping(let mapping):
            return JSONValue(
                try mapping.map { key, inner in
                    guard let name = key.scalar?.string else { throw CommandError(.input, "a key must be a name") }
                    return (name, try value(inner, depth: depth + 1, budget: &budget))
                })
        case .sequence(let sequence):
            return JSONValue(try sequence.map { try value($0, depth: depth + 1, budget: &budget) })
        case .scalar(let scalar): return value(scalar)
        case .alias: throw CommandError(.input, "aliases have no place here")
        }
    }

    private static func value(_ scalar: Node.Scalar) -> JSONValue {
        // Quoted scalars are text whatever they look like.
        guard scalar.style == .plain || scalar.style == .any else { return JSONValue(scalar.string) }
        switch scalar.string {
        case "true": return true
        case "false": return false
        case "null", "~", "": return .null
        default: return Int(scalar.string).map { JSONValue($0) } ?? JSONValue(scalar.string)
        }
    }
}
