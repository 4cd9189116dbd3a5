import Foundation
import StrictJSON
import Testing

@testable import ShangMi

/// The cases of every file in `sm2` under the conformance folder.
struct SM2Vectors {
    static let shared = SM2Vectors()

    let files: [SM2File]

    private init() {
        let fallback = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "shared/conformance").path
        let folder = (ProcessInfo.processInfo.environment["HANSA_CONFORMANCE"] ?? fallback) + "/sm2"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let limits = JSONLimits(size: 64 << 20, depth: 32, values: 1 << 22)
        files = names.filter { $0.hasSuffix(".json") }.sorted().map { name in
            do {
                let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
                return SM2File(root: try JSONValue(parsing: [UInt8](data), limits: limits))
            } catch {
                fatalError("`\(folder)/\(name)` cannot be read: \(error)")
            }
        }
    }

    var isPresent: Bool { !files.isEmpty }
    var hashes: [SM2Case] { cases("sm3") }
    var keys: [SM2Case] { cases("keys") }
    var signatures: [SM2Case] { cases("signatures") }
    var rejects: [SM2Case] { cases("reject") }
    var rejectedPublicKeys: [SM2Case] { cases("rejectPublicKeys") }

    /// The names of lists that no test takes.
    var unknownLists: [String] {
        let known: Set = ["sm3", "keys", "signatures", "reject", "rejectPublicKeys"]
        let members = files.compactMap(\.root.object).flatMap(\.members)
        return members.filter { $0.value.array != nil }.map(\.name).filter { !known.contains($0) }
    }

    private func cases(_ list: String) -> [SM2Case] {
        files.flatMap { file in (file.root[list]?.array ?? []).map { SM2Case(json: $0, file: file) } }
    }
}

/// One file.
struct SM2File: Sendable, CustomTestStringConvertible {
    let root: JSONValue

    var testDescription: String { root["title"]?.string ?? "untitled" }

    /// The distinguishing id of cases that do not say their own.
    var id: String { root["id"]?.string ?? SM2.defaultID }
}

/// One entry of a list, read field by field.
struct SM2Case: Sendable, CustomTestStringConvertible {
    let json: JSONValue
    let file: SM2File

    var testDescription: String { json["name"]?.string ?? json["keyid"]?.string ?? "unnamed" }

    /// The distinguishing id, the file's unless the case has one.
    var id: String { json["id"]?.string ?? file.id }

    func publicKey() throws -> SM2.PublicKey {
        let name = try text("keyid")
        let keys = ([file] + SM2Vectors.shared.files).flatMap { $0.root["keys"]?.array ?? [] }
        let key = keys.first { $0["keyid"]?.string == name }
        return try SM2.PublicKey(x963: SM2Case(json: #require(key, "no key `\(name)`"), file: file).hex("publicHex"))
    }

    func has(_ field: String) -> Bool { json[field].map { !$0.isNull } ?? false }

    func text(_ field: String) throws -> String { try #require(json[field]?.string, "`\(field)` is no string") }

    func hex(_ field: String) throws -> [UInt8] { try #require([UInt8](hex: text(field)), "`\(field)` is not hex") }

    /// `messageBase64`, or `repeat`: a byte so many times.
    func message() throws -> [UInt8] {
        if let pattern = json["repeat"] {
            let byte = try #require(pattern["byteHex"]?.string.flatMap { [UInt8](hex: $0) })
            let count = try #require(pattern["count"]?.int)
            return [UInt8](repeatElement(byte, count: count).joined())
        }
        return [UInt8](try #require(Data(base64Encoded: text("messageBase64"))))
    }
}

extension [UInt8] {
    init?(hex: String) {
        let digits = hex.utf8.map { UInt8(ascii: "a") <= $0 ? $0 &- 0x57 : $0 &- 0x30 }
        guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < 16 }) else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    var hex: String { map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}
