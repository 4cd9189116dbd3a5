/// The signatures a message carries: its Signature-Input and Signature fields, parsed and matched by label
/// (RFC 9421 section 4).
public struct SignatureFields: Sendable {
    /// How many signatures a message may carry.
    public static let signatureLimit = 16

    /// One signature: a label, what it covers, and its bytes.
    public struct LabelledSignature: Sendable {
        /// What ties the members of the two fields together.
        public let label: String
        /// What is covered.
        public let input: SignatureInput
        /// The signature itself.
        public let signature: [UInt8]
    }

    /// In the order of Signature-Input; there is at least one.
    public let signatures: [LabelledSignature]

    /// Reads the two fields of a section, the header's unless told otherwise.
    ///
    /// A parameter that appears twice is refused unless `keepingLastParameter` asks for what RFC 9651 does with it.
    /// Throws `missingSignature`, `malformedField`, `malformedParameter`, `duplicateLabel`, `duplicateParameter`,
    /// `labelMismatch`, and what `SignatureInput` throws.
    public init(_ fields: FieldLines, keepingLastParameter: Bool = false) throws(MessageSignatureError) {
        var none = SignatureInputCache(capacity: 0)
        try self.init(fields, keepingLastParameter ? .refuseKeys : .refuse, &none)
    }

    /// Reads the two fields of a section, and remembers in `cache` what they cover; a parameter that appears twice is
    /// refused.
    ///
    /// Reads and throws the same whatever the cache holds.
    public init(_ fields: FieldLines, cache: inout SignatureInputCache) throws(MessageSignatureError) {
        try self.init(fields, .refuse, &cache)
    }

    private init(
        _ fields: FieldLines, _ duplicates: StructuredFieldParser.Duplicates, _ cache: inout SignatureInputCache
    ) throws(MessageSignatureError) {
        let inputs = try Self.parse("signature-input", of: fields) { value throws(StructuredFieldError) in
            try StructuredFieldParser.dictionary(value, duplicates: duplicates) { parser throws(StructuredFieldError) in
                try Self.input(at: &parser, &cache)
            }
        }
        let values = try Self.parse("signature", of: fields) { value throws(StructuredFieldError) in
            try StructuredFieldParser.dictionary(value, duplicates: duplicates)
        }
        guard inputs.members.count <= Self.signatureLimit else {
            throw MessageSignatureError(
                code: .malformedField, message: "the message has more than \(Self.signatureLimit) signatures")
        }
        guard inputs.members.count == values.members.count else { throw Self.labelMismatch }
        var signatures: [LabelledSignature] = []
        for member in inputs.members {
            guard let value = values[member.key] else { throw Self.labelMismatch }
            guard case .item(let item) = value, case .bytes(let bytes) = item.value else {
                throw MessageSignatureError(
                    code: .malformedField, message: "`\(member.key)` of Signature is no byte sequence")
            }
            guard let input = member.value else {
                throw MessageSignatureError(
                    code: .malformedField, message: "`\(member.key)` of Signature-Input is no inner list")
            }
            signatures.append(LabelledSignature(label: member.key, input: try input.get(), signature: bytes))
        }
        self.signatures = signatures
    }

    /// What stands behind a label of Signature-Input; `nil` where it is no inner list.
    ///
    /// What is wrong with a member by itself is said when both fields are known to be structured fields.
    private static func input(
        at parser: inout StructuredFieldParser, _ cache: inout SignatureInputCache
    ) throws(StructuredFieldError) -> Result<SignatureInput, MessageSignatureError>? {
        guard parser.skipToInnerList() else {
            _ = try parser.value()
            return nil
        }
        let components = try cache.components(at: &parser)
        let parameters = try parser.parameters()
        do {
            return .success(SignatureInput(try components.get(), try SignatureParameters(parameters)))
        } catch {
            return .failure(error)
        }
    }

    private static func parse<Value>(
        _ name: String, of fields: FieldLines,
        _ dictionary: ([UInt8]) throws(StructuredFieldError) -> OrderedMembers<Value>
    ) throws(MessageSignatureError) -> OrderedMembers<Value> {
        var value: [UInt8] = []
        value.reserveCapacity(256)
        let count = fields.appendCombined(name, to: &value)
        let members: OrderedMembers<Value>
        do { members = try dictionary(value) } catch { throw MessageSignatureError(error, in: name) }
        guard count > 0, !members.members.isEmpty else {
            throw MessageSignatureError(code: .missingSignature, message: "`\(name)` is absent or empty")
        }
        return members
    }

    private static var labelMismatch: MessageSignatureError {
        MessageSignatureError(code: .labelMismatch, message: "Signature-Input and Signature have other labels")
    }
}
