import Foundation
import StrictJSON
import Testing

@testable import TransparencyLog

/// The cases of every file in `tlog` under the conformance folder, by section.
struct Vectors {
    static let shared = Vectors()

    private let files: [JSONValue]

    private init() {
        let fallback = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/conformance").path
        let folder = (ProcessInfo.processInfo.environment["HANSA_CONFORMANCE"] ?? fallback) + "/tlog"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let limits = JSONLimits(size: 64 << 20, depth: 32, values: 1 << 22)
        files = names.filter { $0.hasSuffix(".json") }.sorted().map { name in
            do {
                let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
                return try JSONValue(parsing: [UInt8](data), limits: limits)
            } catch {
                fatalError("`\(folder)/\(name)` cannot be read: \(error)")
            }
        }
    }

    /// The cases of a list.
    func cases(_ section: String) -> [Case] {
        files.flatMap { $0[section]?.array ?? [] }.map { Case(json: $0) }
    }

    /// The sections of this name that are objects, one a file.
    func objects(_ section: String) -> [Case] {
        files.compactMap { $0[section] }.filter { $0.object != nil }.map { Case(json: $0) }
    }

    /// The keys of every file, each with its name there.
    var keys: [Case] {
        objects("keys").flatMap { $0.json.object?.members ?? [] }.map { Case(json: $0.value) }
    }

    /// The sections that the suites take.
    static let known: Set<String> = [
        "leaves", "roots", "inclusion", "consistency", "rejectInclusion", "rejectConsistency", "tilePaths",
        "rejectTilePaths", "tileWidths", "tileSets", "entryBundles", "rejectEntryBundles", "specExamples", "keys",
        "notes", "checkpoints", "cosignatures", "proofs", "rejectVkeys", "rejectNotes", "rejectCheckpoints",
        "rejectCosignatures", "rejectProofs", "witness",
    ]

    /// The sections of cases that no suite takes.
    var unknownSections: [String] {
        let members = files.compactMap(\.object).flatMap(\.members)
        let sections = members.filter { $0.value.array != nil || $0.value.object != nil }
        return sections.map(\.name).filter { !Self.known.contains($0) }
    }

    /// Runs a suite only where the files have the section, and names what is absent otherwise.
    static func have(_ section: String) -> ConditionTrait {
        .enabled(
            if: !shared.cases(section).isEmpty || !shared.objects(section).isEmpty,
            "no file in `tlog` under HANSA_CONFORMANCE has `\(section)`")
    }
}

/// One case, read field by field; a field that is not as its format says fails the test.
struct Case: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var testDescription: String {
        let name = json["name"]?.string ?? json["path"]?.string ?? json["vkey"]?.string
        if let name { return name }
        return ["index", "old", "new", "size", "level"].compactMap { key in
            json[key]?.int.map { "\(key) \($0)" }
        }.joined(separator: ", ")
    }

    func has(_ field: String) -> Bool { json[field].map { !$0.isNull } ?? false }

    func text(_ field: String) throws -> String {
        try #require(json[field]?.string, "no text `\(field)`")
    }

    func bytes(_ field: String) throws -> [UInt8] {
        try [UInt8](text(field).utf8)
    }

    func base64(_ field: String) throws -> [UInt8] {
        let data = try #require(Data(base64Encoded: text(field)), "`\(field)` is not base64")
        return [UInt8](data)
    }

    func hash(_ field: String) throws -> Hash {
        try #require(Hash(base64: text(field)), "`\(field)` is not a hash")
    }

    func hashes(_ field: String) throws -> [Hash] {
        try texts(field).map { try #require(Hash(base64: $0), "`\(field)` has something that is not a hash") }
    }

    func number(_ field: String) throws -> UInt64 {
        try #require(try fitting(field), "`\(field)` does not fit 64 bits")
    }

    /// The number, or nil where it does not fit 64 bits without a sign.
    func fitting(_ field: String) throws -> UInt64? {
        guard case .number(let number) = json[field] else {
            throw TransparencyLogError(.invalidArgument, "no number `\(field)`")
        }
        return UInt64(number.text)
    }

    func texts(_ field: String) throws -> [String] {
        try #require(json[field]?.array, "no list `\(field)`").map { try #require($0.string) }
    }

    func numbers(_ field: String) throws -> [Int] {
        try #require(json[field]?.array, "no list `\(field)`").map { try #require($0.int) }
    }

    func cases(_ field: String) throws -> [Case] {
        try #require(json[field]?.array, "no list `\(field)`").map { Case(json: $0) }
    }

    func keys(_ field: String) throws -> [NoteVerifierKey] {
        try texts(field).map { try NoteVerifierKey(parsing: $0) }
    }

    /// The bytes of the note, given as text or in base64 where they are no text.
    func note() throws -> [UInt8] { try textOrBase64("note") }

    /// The text of `field`, or the bytes of `fieldBase64` where they are no text.
    func textOrBase64(_ field: String) throws -> [UInt8] {
        try has("\(field)Base64") ? base64("\(field)Base64") : bytes(field)
    }

    /// Whether the case wants to be refused for what `error` says.
    func wants(_ error: TransparencyLogError) throws -> Bool {
        let wanted = try [text("reason")] + (has("alsoAcceptable") ? texts("alsoAcceptable") : [])
        return wanted.contains { error.code.reasons.contains($0) }
    }
}

extension TransparencyLogError.Code {
    /// The reasons of the case files that the code stands for.
    var reasons: Set<String> {
        switch self {
        case .malformedNote, .malformedCheckpoint: ["malformed", "checkpoint"]
        case .malformedProof, .malformedRequest: ["malformed"]
        case .badSignature: ["bad_signature", "checkpoint"]
        case .noKnownSignature: ["no_known_signature"]
        case .noLogSignature, .unacceptableOrigin: ["no_log_signature", "no_known_signature", "checkpoint"]
        case .badCosignature: ["bad_cosignature", "checkpoint"]
        case .quorumNotMet: ["quorum_not_met", "checkpoint"]
        case .staleCosignature: ["stale", "checkpoint"]
        case .futureCosignature: ["future", "checkpoint"]
        case .inclusionNotProven: ["inclusion"]
        default: []
        }
    }
}
