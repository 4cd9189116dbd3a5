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
        let duplicates: StructuredFieldParser.Duplicates = keepingLastParameter ? .refuseKeys : .refuse
        let inputs = try Self.parse("signature-input", of: fields, duplicates)
        let values = try Self.parse("signature", of: fields, duplicates)
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
            let input = try SignatureInput(member.value, label: member.key)
            signatures.append(LabelledSignature(label: member.key, input: input, signature: bytes))
        }
        self.signatures = signatures
    }

    private static func parse(
        _ name: String, of fields: FieldLines, _ duplicates: StructuredFieldParser.Duplicates
    ) throws(MessageSignatureError) -> StructuredDictionary {
        var value: [UInt8] = []
        value.reserveCapacity(256)
        let count = fields.appendCombined(name, to: &value)
        let dictionary: StructuredDictionary
        do {
            dictionary = try StructuredFieldParser.dictionary(value, duplicates: duplicates)
        } catch {
            throw MessageSignatureError(error, in: name)
        }
        guard count > 0, !dictionary.members.isEmpty else {
            throw MessageSignatureError(code: .missingSignature, message: "`\(name)` is absent or empty")
        }
        return dictionary
    }

    private static var labelMismatch: MessageSignatureError {
        MessageSignatureError(code: .labelMismatch, message: "Signature-Input and Signature have other labels")
    }
}
