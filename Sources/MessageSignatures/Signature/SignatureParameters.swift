/// The metadata that is signed together with the components (RFC 9421 section 2.3), in the order it is written.
public struct SignatureParameters: Sendable, Hashable {
    let structured: StructuredParameters

    /// When the signature was made, in POSIX seconds.
    public let created: Int64?
    /// When it ceases to be good, in POSIX seconds.
    public let expires: Int64?
    /// What makes it unique.
    public let nonce: String?
    /// The algorithm's name, which need not be one that is known here.
    public let algorithm: String?
    /// The name of the key.
    public let keyID: String?
    /// What the application uses the signature for.
    public let tag: String?

    /// The names of the parameters in their order, those unknown to RFC 9421 included.
    public var names: [String] { structured.list.map(\.key) }

    /// Creates parameters for signing; they are written in the order of these arguments.
    ///
    /// Throws `malformedParameter` for text that is not printable ASCII or times of more than 15 digits.
    public init(
        created: Int64? = nil, expires: Int64? = nil, nonce: String? = nil, algorithm: SignatureAlgorithm? = nil,
        keyID: String? = nil, tag: String? = nil
    ) throws(MessageSignatureError) {
        var parameters = StructuredParameters()
        for (name, time) in [("created", created), ("expires", expires)] {
            guard let time else { continue }
            guard time.magnitude < 1_000_000_000_000_000 else { throw Self.malformed(name) }
            _ = parameters.set(name, .integer(time))
        }
        for (name, text) in [("nonce", nonce), ("alg", algorithm?.name), ("keyid", keyID), ("tag", tag)] {
            guard let text else { continue }
            guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw Self.malformed(name) }
            _ = parameters.set(name, .string(text))
        }
        try self.init(parameters)
    }

    /// Reads the registered parameters and keeps the others as they are.
    init(_ parameters: StructuredParameters) throws(MessageSignatureError) {
        structured = parameters
        created = try Self.integer("created", parameters)
        expires = try Self.integer("expires", parameters)
        nonce = try Self.string("nonce", parameters)
        algorithm = try Self.string("alg", parameters)
        keyID = try Self.string("keyid", parameters)
        tag = try Self.string("tag", parameters)
    }

    func contains(_ name: String) -> Bool { structured[name] != nil }

    private static func integer(
        _ name: String, _ parameters: StructuredParameters
    ) throws(MessageSignatureError) -> Int64? {
        switch parameters[name] {
        case .integer(let value): return value
        case nil: return nil
        default: throw malformed(name)
        }
    }

    private static func string(
        _ name: String, _ parameters: StructuredParameters
    ) throws(MessageSignatureError) -> String? {
        switch parameters[name] {
        case .string(let value): return value
        case nil: return nil
        default: throw malformed(name)
        }
    }

    private static func malformed(_ name: String) -> MessageSignatureError {
        MessageSignatureError(code: .malformedParameter, message: "signature parameter `\(name)` has the wrong type")
    }
}
