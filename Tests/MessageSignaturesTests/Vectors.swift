import Foundation
import StrictJSON
import Testing

@testable import MessageSignatures

/// The files of `http-message-signatures` under the conformance folder: those of messages that must verify, and those
/// with a `policy`, of messages that must be refused.
struct Vectors {
    static let verify = Vectors { $0["policy"] == nil }
    static let reject = Vectors { $0["policy"] != nil }

    let files: [VectorFile]

    private init(_ belongs: (JSONValue) -> Bool) {
        files = VectorFile.all.filter { belongs($0.root) }
    }

    var isPresent: Bool { !files.isEmpty }

    /// The entries of a list in every file.
    func cases(_ list: String) -> [VectorCase] {
        files.flatMap { file in (file.root[list]?.array ?? []).map { VectorCase(json: $0, file: file) } }
    }

    /// The names of lists that no suite takes.
    func unknownLists(but known: Set<String>) -> [String] {
        let members = files.compactMap(\.root.object).flatMap(\.members)
        return members.filter { $0.value.array != nil }.map(\.name).filter { !known.contains($0) }
    }
}

/// One file.
struct VectorFile: Sendable {
    let root: JSONValue

    static let all: [VectorFile] = {
        let fallback = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "shared/conformance").path
        let directory = ProcessInfo.processInfo.environment["HANSA_CONFORMANCE"] ?? fallback
        let folder = "\(directory)/http-message-signatures"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let limits = JSONLimits(size: 64 << 20, depth: 32, values: 1 << 22)
        return names.filter { $0.hasSuffix(".json") }.sorted().map { name in
            do {
                let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
                return VectorFile(root: try JSONValue(parsing: [UInt8](data), limits: limits))
            } catch {
                fatalError("`\(folder)/\(name)` cannot be read: \(error)")
            }
        }
    }()

    /// The key of that name, of this file or else of another.
    func key(_ name: String) -> JSONValue? {
        for file in [self] + Self.all {
            if let key = file.root["keys"]?.array?.first(where: { $0["keyid"]?.string == name }) { return key }
        }
        return nil
    }
}

/// One entry of a list.
struct VectorCase: Sendable, CustomTestStringConvertible {
    let json: JSONValue
    let file: VectorFile

    var testDescription: String { json["name"]?.string ?? json["keyid"]?.string ?? "unnamed" }

    func text(_ field: String) throws -> String { try #require(json[field]?.string, "`\(field)` is no string") }

    func flag(_ field: String) throws -> Bool { try #require(json[field]?.bool as Bool?, "`\(field)` is no boolean") }

    func base64(_ field: String) throws -> [UInt8] {
        [UInt8](try #require(Data(base64Encoded: text(field)), "`\(field)` is not base64"))
    }

    /// The messages to accept first, and the message itself.
    func messages() throws -> [JSONValue] {
        (json["prior"]?.array ?? []) + [try #require(json["message"], "there is no message")]
    }
}

extension JSONValue {
    /// A request or response in the format of the vectors; `adding` are field lines that stand apart there.
    func httpMessage(adding: [(name: String, value: String)] = []) throws -> (HTTPMessage, MessageContent) {
        let fields = FieldLines(try lines("headers") + adding)
        let trailers = FieldLines(self["trailers"] == nil ? [] : try lines("trailers"))
        switch try #require(self["type"]?.string) {
        case "request":
            let message = HTTPMessage(
                method: try #require(self["method"]?.string), scheme: try #require(self["scheme"]?.string),
                authority: try #require(self["authority"]?.string), target: try #require(self["target"]?.string),
                fields: fields, trailers: trailers)
            return (message, try content(orElse: .none))
        case "response":
            let status = try #require(self["status"]?.int)
            let request = self["request"].flatMap { $0.isNull ? nil : $0 }
            let message = HTTPMessage(
                status: status, fields: fields, trailers: trailers, request: try request?.httpMessage().0)
            let isBodiless = status == 304 || request?["method"]?.string == "HEAD"
            return (message, try content(orElse: isBodiless ? .described : .none))
        case let type: throw MessageSignatureError(code: .malformedField, message: "`\(type)` is no kind of message")
        }
    }

    private func content(orElse absent: MessageContent) throws -> MessageContent {
        guard let body = self["body"], !body.isNull else { return absent }
        return .bytes(Array(try #require(body.string, "the body is no text").utf8))
    }

    private func lines(_ field: String) throws -> [(name: String, value: String)] {
        try #require(self[field]?.array).map { line in
            (name: try #require(line.array?.first?.string), value: try #require(line.array?.last?.string))
        }
    }

    /// The names of all header and trailer fields, those of a related request included, in lower case.
    var fieldNames: Set<String> {
        let lists = [self["headers"], self["trailers"]].compactMap { $0?.array }.joined()
        let names = lists.compactMap { $0.array?.first?.string?.lowercased() }
        return Set(names).union(self["request"]?.fieldNames ?? [])
    }
}
