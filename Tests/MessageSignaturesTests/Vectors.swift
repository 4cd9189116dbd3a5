import Foundation
import StrictJSON
import Testing

@testable import MessageSignatures

/// The cases of `http-message-signatures/NAME`; empty, and `isPresent` false, where the file is absent.
struct Vectors {
    static let verify = Vectors("vectors.json")
    static let reject = Vectors("reject.json")

    let isPresent: Bool
    let root: JSONValue

    private init(_ name: String) {
        let fallback = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "shared/conformance").path
        let directory = ProcessInfo.processInfo.environment["HANSA_CONFORMANCE"] ?? fallback
        let data = FileManager.default.contents(atPath: "\(directory)/http-message-signatures/\(name)")
        isPresent = data != nil
        let limits = JSONLimits(size: 64 << 20, depth: 32, values: 1 << 22)
        do {
            root = try data.map { try JSONValue(parsing: [UInt8]($0), limits: limits) } ?? [:]
        } catch {
            fatalError("`\(name)` does not parse: \(error)")
        }
    }

    func cases(_ list: String) -> [VectorCase] {
        (root[list]?.array ?? []).map { VectorCase(json: $0) }
    }

    func key(_ name: String) -> JSONValue? {
        root["keys"]?.array?.first { $0["keyid"]?.string == name }
    }
}

/// One entry of a list.
struct VectorCase: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var testDescription: String { json["name"]?.string ?? "unnamed" }

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
        let content: MessageContent = self["body"]?.string.map { .bytes(Array($0.utf8)) } ?? .none
        if try #require(self["type"]?.string) == "request" {
            let message = HTTPMessage(
                method: try #require(self["method"]?.string), scheme: try #require(self["scheme"]?.string),
                authority: try #require(self["authority"]?.string), target: try #require(self["target"]?.string),
                fields: fields, trailers: trailers)
            return (message, content)
        }
        let request = try self["request"].map { try $0.httpMessage().0 }
        let status = try #require(self["status"]?.int)
        return (HTTPMessage(status: status, fields: fields, trailers: trailers, request: request), content)
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
