internal import BaseEncodings
internal import Crypto

/// Signs notes with Ed25519 (signed-note, Ed25519 signatures): the key of a log.
public struct NoteSigner: Sendable {
    /// The key that verifies what this one signs.
    public let verifierKey: NoteVerifierKey
    private let key: SigningSeed

    /// Makes a signer of a 32-byte Ed25519 private key; throws `malformedKey`.
    public init(name: String, seed: [UInt8]) throws(TransparencyLogError) {
        key = try SigningSeed(seed)
        verifierKey = try NoteVerifierKey(name: name, type: .ed25519, publicKey: key.publicKey)
    }

    /// Parses `PRIVATE+KEY+<name>+<key ID>+<base64 of type 1 and seed>`; throws `malformedKey`.
    public init(parsing text: String) throws(TransparencyLogError) {
        let (name, seed) = try SignerKeyText.parse(text, type: .ed25519)
        try self.init(name: name, seed: seed)
        try SignerKeyText.check(text, against: verifierKey)
    }

    /// The text of the private key.
    public var privateText: String { SignerKeyText.encode(verifierKey, seed: key.bytes) }

    /// Signs `text`, which must end in a newline.
    public func sign(_ text: [UInt8]) throws(TransparencyLogError) -> NoteSignature {
        NoteSignature(checkedName: verifierKey.name, keyID: verifierKey.keyID, signature: try key.sign(text))
    }
}

/// Cosigns checkpoints with cosignature/v1 (tlog-cosignature): the key of a witness or validator.
public struct Cosigner: Sendable {
    /// The key that verifies what this one signs.
    public let verifierKey: NoteVerifierKey
    private let key: SigningSeed

    /// Makes a cosigner of a 32-byte Ed25519 private key; throws `malformedKey`.
    public init(name: String, seed: [UInt8]) throws(TransparencyLogError) {
        key = try SigningSeed(seed)
        verifierKey = try NoteVerifierKey(name: name, type: .cosignature, publicKey: key.publicKey)
    }

    /// Parses `PRIVATE+KEY+<name>+<key ID>+<base64 of type 4 and seed>`; throws `malformedKey`.
    public init(parsing text: String) throws(TransparencyLogError) {
        let (name, seed) = try SignerKeyText.parse(text, type: .cosignature)
        try self.init(name: name, seed: seed)
        try SignerKeyText.check(text, against: verifierKey)
    }

    /// The text of the private key.
    public var privateText: String { SignerKeyText.encode(verifierKey, seed: key.bytes) }

    /// Cosigns a checkpoint's text as of `time`, in POSIX seconds; throws `invalidArgument` above 2^63 - 1.
    ///
    /// Whoever calls this states that no larger consistent tree of the log was observed by then.
    public func cosign(_ checkpoint: Checkpoint, at time: UInt64) throws(TransparencyLogError) -> NoteSignature {
        guard time <= UInt64(Int64.max) else {
            throw TransparencyLogError(.invalidArgument, "the time \(time) is too large")
        }
        let signature = try key.sign(Cosignature.message(over: checkpoint.text, at: time))
        return NoteSignature(
            checkedName: verifierKey.name, keyID: verifierKey.keyID,
            signature: Cosignature(timestamp: time, signature: signature).bytes)
    }
}

/// An Ed25519 private key.
private struct SigningSeed: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    init(_ seed: [UInt8]) throws(TransparencyLogError) {
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw TransparencyLogError(.malformedKey, "the private key is not 32 bytes long", cause: error)
        }
    }

    var bytes: [UInt8] { [UInt8](key.rawRepresentation) }
    var publicKey: [UInt8] { [UInt8](key.publicKey.rawRepresentation) }

    func sign(_ message: [UInt8]) throws(TransparencyLogError) -> [UInt8] {
        do {
            return [UInt8](try key.signature(for: message))
        } catch {
            throw TransparencyLogError(.invalidArgument, "the message could not be signed", cause: error)
        }
    }
}

/// The text form of private keys, the same that Go's sumdb/note has.
private enum SignerKeyText {
    private static let prefix = "PRIVATE+KEY+"

    static func parse(
        _ text: String, type: NoteVerifierKey.SignatureType
    ) throws(TransparencyLogError) -> (name: String, seed: [UInt8]) {
        let parts = text.utf8.dropping(prefix: prefix)?
            .split(separator: .plus, maxSplits: 2, omittingEmptySubsequences: false)
        guard let parts, parts.count == 3, let material = BaseEncoding.base64.decode(parts[2]),
            material.first == type.identifier
        else { throw TransparencyLogError(.malformedKey, "not a private key of type \(type.identifier)") }
        return (String(Substring(parts[0])), [UInt8](material.dropFirst()))
    }

    static func check(_ text: String, against key: NoteVerifierKey) throws(TransparencyLogError) {
        guard
            text.utf8.starts(with: "\(prefix)\(key.name)+\(BaseEncoding.base16.encode(key.keyID.bigEndianBytes))+".utf8)
        else {
            throw TransparencyLogError(.malformedKey, "the key ID of `\(key.name)` does not match its key")
        }
    }

    static func encode(_ key: NoteVerifierKey, seed: [UInt8]) -> String {
        let identifier = BaseEncoding.base16.encode(key.keyID.bigEndianBytes)
        return "\(prefix)\(key.name)+\(identifier)+\(BaseEncoding.base64.encode([key.type.identifier] + seed))"
    }
}
