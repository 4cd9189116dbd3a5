internal import BaseEncodings

/// A signature line of a note: `— <key name> base64(key ID || signature)` (signed-note, Signatures).
public struct NoteSignature: Sendable, Hashable {
    /// The name of the key.
    public let name: String
    /// The ID of the key.
    public let keyID: UInt32
    /// The signature without the key ID; at least one byte.
    public let signature: [UInt8]

    /// Makes a line; throws `invalidArgument` for a name a key cannot have or an empty signature.
    public init(name: String, keyID: UInt32, signature: [UInt8]) throws(TransparencyLogError) {
        guard NoteKeyName.isValid(name), !signature.isEmpty else {
            throw TransparencyLogError(.invalidArgument, "`\(name)` cannot stand in a signature line")
        }
        self.init(checkedName: name, keyID: keyID, signature: signature)
    }

    init(checkedName: String, keyID: UInt32, signature: [UInt8]) {
        self.name = checkedName
        self.keyID = keyID
        self.signature = signature
    }

    /// Parses a line without its newline; nil if it is not one.
    init?(line: ArraySlice<UInt8>) {
        guard let parts = line.dropping(prefix: "— ")?.split(separator: .space, omittingEmptySubsequences: false),
            parts.count == 2, let name = String(validating: parts[0], as: UTF8.self), NoteKeyName.isValid(name),
            let blob = BaseEncoding.base64.decode(parts[1]), blob.count > 4
        else { return nil }
        let keyID = blob.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        self.init(checkedName: name, keyID: keyID, signature: [UInt8](blob.dropFirst(4)))
    }

    /// The line with its newline.
    public var line: [UInt8] {
        var line = [UInt8]("— \(name) ".utf8)
        BaseEncoding.base64.encode(keyID.bigEndianBytes + signature, into: &line)
        line.append(.newline)
        return line
    }

    /// Whether both are the same bytes.
    public static func == (one: NoteSignature, other: NoteSignature) -> Bool {
        one.keyID == other.keyID && one.signature == other.signature && one.name.isSameText(as: other.name)
    }

    /// Hashes what identifies the line.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(keyID)
        hasher.combine(signature)
    }
}

/// The rule for names of keys (signed-note, Format).
enum NoteKeyName {
    /// Whether `name` is not empty and has neither Unicode spaces, plus signs nor ASCII control characters.
    static func isValid(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace }
    }
}

extension FixedWidthInteger {
    /// The bytes of the number, the most significant first.
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { [UInt8]($0) } }
}
