/// A signature that the other side asks for: a member of Accept-Signature (RFC 9421 section 5).
public struct SignatureRequest: Sendable, Hashable {
    /// The label the signature shall have.
    public let label: String
    /// The components it shall cover.
    public let components: [ComponentIdentifier]
    /// Whether it shall say when it was made.
    public let wantsCreated: Bool
    /// Whether it shall say when it expires.
    public let wantsExpires: Bool
    /// The nonce it shall carry.
    public let nonce: String?
    /// The algorithm it shall be made with.
    public let algorithm: String?
    /// The key it shall be made with.
    public let keyID: String?
    /// The tag it shall carry.
    public let tag: String?

    /// Reads Accept-Signature from a header section; empty where the field is absent.
    ///
    /// Throws `malformedField`, `malformedParameter`, `duplicateLabel`, `duplicateParameter`, `duplicateComponent` and
    /// `invalidComponent`.
    public static func all(in fields: FieldLines) throws(MessageSignatureError) -> [SignatureRequest] {
        var value: [UInt8] = []
        guard fields.appendCombined("accept-signature", to: &value) > 0 else { return [] }
        let dictionary: StructuredDictionary
        do {
            dictionary = try StructuredFieldParser.dictionary(value, duplicates: .refuse)
        } catch {
            throw MessageSignatureError(error, in: "accept-signature")
        }
        guard dictionary.members.count <= SignatureFields.signatureLimit else {
            throw MessageSignatureError(code: .malformedField, message: "too many signatures are asked for")
        }
        var requests: [SignatureRequest] = []
        for member in dictionary.members { requests.append(try SignatureRequest(member)) }
        return requests
    }

    private init(_ member: StructuredDictionary.Member) throws(MessageSignatureError) {
        guard case .innerList(let list) = member.value else {
            throw MessageSignatureError(
                code: .malformedField, message: "`\(member.key)` of Accept-Signature is no inner list")
        }
        wantsCreated = try Self.flag("created", list.parameters)
        wantsExpires = try Self.flag("expires", list.parameters)
        // The times have no value here, so that what is left reads like a signature's parameters.
        var texts = StructuredParameters()
        for parameter in list.parameters.list where parameter.key != "created" && parameter.key != "expires" {
            _ = texts.set(parameter.key, parameter.value)
        }
        let input = SignatureInput(try CoveredComponents(list.items), try SignatureParameters(texts))
        label = member.key
        components = input.components
        nonce = input.parameters.nonce
        algorithm = input.parameters.algorithm
        keyID = input.parameters.keyID
        tag = input.parameters.tag
    }

    private static func flag(
        _ name: String, _ parameters: StructuredParameters
    ) throws(MessageSignatureError) -> Bool {
        guard let value = parameters[name] else { return false }
        guard value == .boolean(true) else {
            throw MessageSignatureError(
                code: .malformedParameter, message: "`\(name)` has no value in Accept-Signature")
        }
        return true
    }

    /// What to sign to do as asked, made at `now` and good for `lifetime` seconds, with a key of that name.
    ///
    /// Times are said whether asked for or not. Throws `unknownKey` or `algorithmMismatch` where another key or
    /// algorithm was asked for.
    public func input(
        at now: Int64, lifetime: Int64, keyID: String, algorithm: SignatureAlgorithm
    ) throws(MessageSignatureError) -> SignatureInput {
        if let asked = self.keyID, !asked.utf8.elementsEqual(keyID.utf8) {
            throw MessageSignatureError(code: .unknownKey, message: "a signature by `\(asked)` is asked for")
        }
        if let asked = self.algorithm, !asked.utf8.elementsEqual(algorithm.name.utf8) {
            throw MessageSignatureError(code: .algorithmMismatch, message: "algorithm `\(asked)` is asked for")
        }
        return try SignatureInput(
            components: components,
            parameters: try SignatureParameters(
                created: now, expires: now + lifetime, nonce: nonce, algorithm: self.algorithm == nil ? nil : algorithm,
                keyID: keyID, tag: tag))
    }
}
