internal import BaseEncodings
internal import Crypto

/// A key that verifies signatures of notes (signed-note, Verifier keys).
public struct NoteVerifierKey: Sendable, Hashable, CustomStringConvertible {
    /// What a key signs (signed-note, Signature types).
    public struct SignatureType: Sendable, Hashable {
        /// The byte that identifies the type.
        public let identifier: UInt8

        /// Ed25519 over the note's text.
        public static let ed25519 = SignatureType(identifier: 0x01)
        /// Timestamped Ed25519 over a checkpoint (tlog-cosignature, Ed25519 signed message).
        public static let cosignature = SignatureType(identifier: 0x04)
        /// Timestamped ML-DSA-44 over a checkpoint or subtree; keys are parsed, signatures ignored.
        public static let subtreeCosignature = SignatureType(identifier: 0x06)

        fileprivate var keyLength: Int? {
            switch self {
            case .ed25519, .cosignature: 32
            case .subtreeCosignature: 1312
            default: nil
            }
        }
    }

    /// The name of the key; for a log, usually its origin.
    public let name: String
    /// What the key signs.
    public let type: SignatureType
    /// The public key as its algorithm encodes it.
    public let publicKey: [UInt8]
    /// The first four bytes of the hash over name, type and public key.
    public let keyID: UInt32

    /// Makes a key; throws `malformedKey` for a name no key can have, an unknown type or another length.
    public init(name: String, type: SignatureType, publicKey: [UInt8]) throws(TransparencyLogError) {
        guard NoteKeyName.isValid(name) else {
            throw TransparencyLogError(.malformedKey, "`\(name)` is not a key name")
        }
        guard let length = type.keyLength else {
            throw TransparencyLogError(.malformedKey, "keys of type \(type.identifier) are not supported")
        }
        guard publicKey.count == length else {
            throw TransparencyLogError(.malformedKey, "the key has \(publicKey.count) bytes, not \(length)")
        }
        self.name = name
        self.type = type
        self.publicKey = publicKey
        let hash = Hash(hashing: [UInt8](name.utf8) + [.newline, type.identifier] + publicKey)
        self.keyID = hash.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Parses `<name>+<key ID>+<base64 of type and key>`; throws `malformedKey` also where the ID does not match.
    public init(parsing text: String) throws(TransparencyLogError) {
        let parts = text.utf8.split(separator: .plus, maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count <= 4096, parts.count == 3, let material = BaseEncoding.base64.decode(parts[2]),
            let identifier = material.first
        else {
            throw TransparencyLogError(.malformedKey, "`\(text.prefix(128))` is not a verifier key")
        }
        try self.init(
            name: String(Substring(parts[0])), type: SignatureType(identifier: identifier),
            publicKey: [UInt8](material.dropFirst()))
        guard parts[1].elementsEqual(BaseEncoding.base16.encode(keyID.bigEndianBytes).utf8) else {
            throw TransparencyLogError(.malformedKey, "the key ID of `\(text.prefix(128))` does not match its key")
        }
    }

    /// The text of the key.
    public var description: String {
        "\(name)+\(BaseEncoding.base16.encode(keyID.bigEndianBytes))+\(BaseEncoding.base64.encode([type.identifier] + publicKey))"
    }

    /// Whether this implementation can verify signatures by the key; it ignores the others.
    public var isSupported: Bool { type != .subtreeCosignature }

    /// Whether the line claims to be by this key.
    public func matches(_ signature: NoteSignature) -> Bool {
        signature.keyID == keyID && signature.name.isSameText(as: name)
    }

    /// Whether the line is this key's signature over `text`.
    public func isValid(_ signature: NoteSignature, for text: [UInt8]) -> Bool {
        guard matches(signature), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
            return false
        }
        switch type {
        case .ed25519:
            return signature.signature.count == 64 && key.isValidSignature(signature.signature, for: text)
        case .cosignature:
            guard let cosignature = Cosignature(signature.signature) else { return false }
            return key.isValidSignature(cosignature.signature, for: cosignature.message(over: text))
        default:
            return false
        }
    }

    /// Whether both are the same bytes.
    public static func == (one: NoteVerifierKey, other: NoteVerifierKey) -> Bool {
        one.keyID == other.keyID && one.type == other.type && one.publicKey == other.publicKey
            && one.name.isSameText(as: other.name)
    }

    /// Hashes what identifies the key.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(keyID)
    }
}
