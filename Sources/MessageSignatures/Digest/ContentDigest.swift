internal import BaseEncodings
internal import Crypto

/// The digests of a message's content, as Content-Digest carries them (RFC 9530 section 2).
public struct ContentDigest: Sendable, Hashable {
    /// The digests there are here; those the registry calls insecure are not among them (RFC 9530 section 5).
    public enum Algorithm: String, Sendable, CaseIterable {
        /// SHA-256, 32 bytes.
        case sha256 = "sha-256"
        /// SHA-512, 64 bytes.
        case sha512 = "sha-512"
    }

    private var sha256: [UInt8]?
    private var sha512: [UInt8]?

    /// Digests that were made elsewhere.
    public init(sha256: [UInt8]? = nil, sha512: [UInt8]? = nil) {
        self.sha256 = sha256
        self.sha512 = sha512
    }

    /// Digests of content that is at hand.
    public init(of content: [UInt8], _ algorithms: Set<Algorithm> = [.sha256]) {
        var hasher = ContentHasher(algorithms)
        hasher.update(content)
        self = hasher.finish()
    }

    /// Reads the field from a section; nil where there is none.
    ///
    /// Members of other algorithms are passed over. Throws `malformedDigest` where the field is no dictionary of byte
    /// sequences or names one algorithm twice, `unsupportedDigest` where it names none that is supported.
    public init?(_ fields: FieldLines) throws(MessageSignatureError) {
        var value: [UInt8] = []
        guard fields.appendCombined("content-digest", to: &value) > 0 else { return nil }
        guard let dictionary = try? StructuredFieldParser.dictionary(value, duplicates: .refuseKeys) else {
            throw MessageSignatureError(code: .malformedDigest, message: "`content-digest` is no dictionary")
        }
        for member in dictionary.members {
            guard case .item(let item) = member.value, case .bytes(let bytes) = item.value else {
                throw MessageSignatureError(
                    code: .malformedDigest, message: "`\(member.key)` of `content-digest` is no byte sequence")
            }
            switch Algorithm(rawValue: member.key) {
            case .sha256: sha256 = bytes
            case .sha512: sha512 = bytes
            case nil: break
            }
        }
        guard sha256 != nil || sha512 != nil else {
            throw MessageSignatureError(
                code: .unsupportedDigest, message: "`content-digest` names no supported algorithm")
        }
    }

    /// The digest of one algorithm, where there is one.
    public subscript(algorithm: Algorithm) -> [UInt8]? {
        switch algorithm {
        case .sha256: sha256
        case .sha512: sha512
        }
    }

    /// The algorithms, each of which `check` compares.
    public var algorithms: Set<Algorithm> { Set(Algorithm.allCases.filter { self[$0] != nil }) }

    /// The field's value.
    public var fieldValue: String {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(64)
        for (algorithm, digest) in [(Algorithm.sha256, sha256), (.sha512, sha512)] {
            guard let digest else { continue }
            if !buffer.isEmpty { buffer.append(text: ", ") }
            buffer.append(text: algorithm.rawValue)
            buffer.append(text: "=:")
            BaseEncoding.base64.encode(digest, into: &buffer)
            buffer.append(UInt8(ascii: ":"))
        }
        return String(decoding: buffer, as: UTF8.self)
    }

    /// Checks every digest against content that is at hand; throws `digestMismatch` where one differs.
    public func check(content: [UInt8]) throws(MessageSignatureError) {
        try check(against: ContentDigest(of: content, algorithms))
    }

    /// Checks every digest against ones that were made of the content; throws `digestMismatch` where one differs or was
    /// not made.
    public func check(against made: ContentDigest) throws(MessageSignatureError) {
        for algorithm in Algorithm.allCases {
            guard let digest = self[algorithm], made[algorithm] != digest else { continue }
            throw MessageSignatureError(
                code: .digestMismatch, message: "the content has another `\(algorithm.rawValue)` digest")
        }
    }
}

/// Makes the digests of content that comes piece by piece.
public struct ContentHasher: Sendable {
    private var sha256: SHA256?
    private var sha512: SHA512?

    /// Starts the digests of these algorithms, each over the same content.
    public init(_ algorithms: Set<ContentDigest.Algorithm> = [.sha256]) {
        sha256 = algorithms.contains(.sha256) ? SHA256() : nil
        sha512 = algorithms.contains(.sha512) ? SHA512() : nil
    }

    /// Takes the next piece, which is only read during the call.
    public mutating func update(_ piece: UnsafeRawBufferPointer) {
        sha256?.update(bufferPointer: piece)
        sha512?.update(bufferPointer: piece)
    }

    /// Takes the next piece.
    public mutating func update(_ piece: [UInt8]) {
        piece.withUnsafeBytes { update($0) }
    }

    /// The digests of all pieces so far; more may follow.
    public func finish() -> ContentDigest {
        ContentDigest(sha256: sha256.map { Array($0.finalize()) }, sha512: sha512.map { Array($0.finalize()) })
    }
}
