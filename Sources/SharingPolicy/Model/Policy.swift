package import CityIdentity
import Crypto
import StrictJSON

/// An ODRL 2.2 policy with the exact bytes it was read from.
package struct Policy: Sendable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case set = "Set"
        case offer = "Offer"
        case agreement = "Agreement"
    }

    /// The notation of a document.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case jsonld, yaml
    }

    /// The document, byte for byte as it was signed.
    package let bytes: [UInt8]
    package let format: Format

    /// SHA-256 of ``bytes``.
    package let hash: PolicyHash

    package let uid: IRI?
    package let kind: Kind
    package let conflict: ConflictStrategy

    /// `dcterms:title`, `dcterms:description`, or nothing.
    package let title: String?

    /// The policy that this one says it replaces.
    package let replaces: IRI?

    package private(set) var permissions: [Rule]
    package private(set) var prohibitions: [Rule]
    package let obligations: [Rule]

    /// What the document itself says of collections and their members.
    package let memberships: Memberships

    /// What the document itself says that actions of no vocabulary known here are included in.
    package let actionDefinitions: [IRI: [IRI]]

    /// What the document itself says that actions imply: where one of those is prohibited, so is the action.
    package let actionImplications: [IRI: [IRI]]

    /// Why the policy permits nothing, while its prohibitions stand: it is not understood as a whole, or was suspended.
    package private(set) var defect: String?

    /// Whether what it permits was suspended by a decision; ``defect`` says by which.
    package private(set) var isSuspended = false

    /// All that was found when it was read; with an error among them it must not be proposed.
    package let problems: [PolicyProblem]

    /// Permissions whose every request the same policy prohibits, where its conflict strategy makes the policy void for it.
    package internal(set) var contradictions: [RuleConflict] = []

    /// The most bytes a document may have.
    package static let maximumSize = 1 << 20
}

extension Policy {
    /// Reads a policy that may be proposed.
    ///
    /// Throws ``PolicyError`` of code `malformedDocument` where the bytes are not JSON or YAML as accepted here, and of
    /// code `refused` with every problem and its place where the document is no policy that may be proposed.
    package init(parsing bytes: [UInt8], format: Format) throws(PolicyError) {
        let policy = try Policy(reading: bytes, format: format)
        let errors = policy.problems.filter { $0.severity == .error }
        guard errors.isEmpty else { throw PolicyError(problems: errors) }
        self = policy
    }

    /// Reads a document as far as it can be understood; what cannot be denies when met.
    ///
    /// Throws ``PolicyError`` of code `malformedDocument` where the bytes are not JSON or YAML as accepted here.
    package init(reading bytes: [UInt8], format: Format) throws(PolicyError) {
        guard bytes.count <= Self.maximumSize else {
            throw PolicyError(
                .malformedDocument, "a document of \(bytes.count) bytes is over the limit of \(Self.maximumSize)")
        }
        let document: JSONValue
        switch format {
        case .jsonld:
            do {
                document = try JSONValue(parsing: bytes)
            } catch {
                throw PolicyError(.malformedDocument, Self.words(of: error, in: bytes), cause: error)
            }
        case .yaml: document = try YAMLDocument.value(of: bytes)
        }
        self = PolicyReader.policy(document, bytes: bytes, format: format)
    }

    /// What is wrong with a document that is no JSON, by its line and column, counted from 1.
    private static func words(of error: JSONError, in bytes: [UInt8]) -> String {
        let before = bytes.prefix(error.offset)
        let line = 1 + before.count { $0 == 0x0A }
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = 1 + before[start...].count { $0 & 0xC0 != 0x80 }
        return "line \(line), column \(column): the document is not JSON: \(error.message)"
    }

    /// The policy without what it permits, for a reason; what it prohibits stands.
    package func permittingNothing(because reason: String) -> Policy {
        var policy = self
        policy.defect = reason
        policy.isSuspended = true
        return policy
    }

    /// The policy with what it permits and prohibits bounded to the moments in which it is in force: from one on, and up to
    /// another that itself does not count.
    package func bounded(from: Timestamp?, until: Timestamp?) -> Policy {
        let bounds = Self.bounds(from: from, until: until)
        guard !bounds.isEmpty else { return self }
        var policy = self
        policy.permissions = permissions.map { $0.with(constraints: $0.constraints + bounds) }
        policy.prohibitions = prohibitions.map { $0.with(constraints: $0.constraints + bounds) }
        return policy
    }

    /// Conditions that hold from one moment on, and up to another that itself does not count.
    static func bounds(from: Timestamp? = nil, until: Timestamp?) -> [Constraint] {
        [(from, ComparisonOperator.gteq), (until, .lt)].compactMap { moment, comparison in
            moment.map {
                Constraint.comparison(
                    Comparison(
                        uid: nil, operand: .dateTime, operator: comparison, values: [.moment($0)], unit: nil,
                        window: nil, clockOffset: 0))
            }
        }
    }

    /// Whether every problem found is but a warning.
    package var isProposable: Bool { !problems.contains { $0.severity == .error } }

    /// The rules in the order of the document, permissions first.
    package var rules: [Rule] { permissions + prohibitions + obligations }

    /// The policy's name for people: its uid, else its hash.
    package var name: String { uid?.short ?? hash.description }
}

extension Policy: Hashable {
    /// Whether both are the same document, byte for byte, in the same notation.
    package static func == (left: Policy, right: Policy) -> Bool {
        left.hash == right.hash && left.format == right.format
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// SHA-256 of a policy's exact bytes, by which the ledger and receipts name it.
package struct PolicyHash: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 32 bytes.
    package let bytes: [UInt8]

    package init(of document: [UInt8]) { bytes = Array(SHA256.hash(data: document)) }

    /// Makes a hash of its 32 bytes; `nil` for another number.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Parses 64 lower-case hexadecimal digits.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }

    /// 64 lower-case hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    package static func < (left: PolicyHash, right: PolicyHash) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
