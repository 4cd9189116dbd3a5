import Foundation
import StrictJSON
import Testing

@testable import ShangMi

/// The cases of `sm2/vectors.json`; empty, and `isPresent` false, where the file is absent.
struct SM2Vectors {
    static let shared = SM2Vectors()

    let isPresent: Bool
    private let root: JSONValue

    private init() {
        let fallback = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "shared/conformance").path
        let directory = ProcessInfo.processInfo.environment["HANSA_CONFORMANCE"] ?? fallback
        let data = FileManager.default.contents(atPath: directory + "/sm2/vectors.json")
        isPresent = data != nil
        let limits = JSONLimits(size: 64 << 20, depth: 32, values: 1 << 22)
        do {
            root = try data.map { try JSONValue(parsing: [UInt8]($0), limits: limits) } ?? [:]
        } catch {
            fatalError("the SM2 vectors do not parse: \(error)")
        }
    }

    var curve: [String: String] {
        Dictionary(
            uniqueKeysWithValues: (root["curve"]?.object?.members ?? []).compactMap { member in
                member.value.string.map { (member.name, $0) }
            })
    }
    var id: String { root["id"]?.string ?? "" }
    var hashes: [SM2Case] { cases("sm3") }
    var keys: [SM2Case] { cases("keys") }
    var signatures: [SM2Case] { cases("signatures") }
    var rejects: [SM2Case] { cases("reject") }
    var rejectedPublicKeys: [SM2Case] { cases("rejectPublicKeys") }

    func publicKey(of entry: SM2Case) throws -> SM2.PublicKey {
        let name = try entry.text("keyid")
        let key = try #require(keys.first { $0.json["keyid"]?.string == name }, "no key `\(name)`")
        return try SM2.PublicKey(x963: key.hex("publicHex"))
    }

    private func cases(_ list: String) -> [SM2Case] {
        (root[list]?.array ?? []).map { SM2Case(json: $0) }
    }
}

/// One entry of a list, read field by field.
struct SM2Case: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var testDescription: String { json["name"]?.string ?? json["keyid"]?.string ?? "unnamed" }

    func has(_ field: String) -> Bool { json[field] != nil }

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
