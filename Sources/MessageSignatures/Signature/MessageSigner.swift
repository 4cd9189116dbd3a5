internal import BaseEncodings

/// Makes signatures of messages (RFC 9421 section 3.1).
public struct MessageSigner: Sendable {
    /// A signature with what it was made over.
    public struct Signed: Sendable {
        /// The member's value and label for Signature-Input.
        public let input: SignatureInput
        /// What ties the members of the two fields together.
        public let label: String
        /// The bytes that were signed.
        public let base: [UInt8]
        /// The signature itself.
        public let signature: [UInt8]

        /// The member to put into Signature-Input.
        public var signatureInputMember: String { "\(label)=\(input.text)" }

        /// The member to put into Signature.
        public var signatureMember: String {
            var buffer: [UInt8] = Array(label.utf8)
            buffer.append(text: "=:")
            BaseEncoding.base64.encode(signature, into: &buffer)
            buffer.append(UInt8(ascii: ":"))
            return String(decoding: buffer, as: UTF8.self)
        }
    }

    private let key: any SigningKey
    private let types: StructuredFieldTypes

    /// A signer with one key.
    public init(key: any SigningKey, types: StructuredFieldTypes = .registered) {
        self.key = key
        self.types = types
    }

    /// Signs a message under a label, which must be a key of a dictionary (RFC 9651 section 3.1.2).
    ///
    /// Throws `algorithmMismatch` where the parameters name another algorithm than the key's, `signingFailed` where the
    /// key cannot sign, and what `SignatureInput.signatureBase` throws.
    public func sign(
        _ message: HTTPMessage, label: String, input: SignatureInput
    ) throws(MessageSignatureError) -> Signed {
        guard let first = label.utf8.first, first.isLowerAlpha || first == UInt8(ascii: "*"),
            label.utf8.allSatisfy({
                $0.isLowerAlpha || $0.isDigit || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E || $0 == 0x2A
            })
        else { throw MessageSignatureError(code: .malformedField, message: "`\(label)` cannot be a label") }
        if let name = input.parameters.algorithm, SignatureAlgorithm(name: name) != key.algorithm {
            throw MessageSignatureError(code: .algorithmMismatch, message: "the key is not one for `\(name)`")
        }
        let base = try input.signatureBase(for: message, types: types)
        do {
            return Signed(input: input, label: label, base: base, signature: try key.sign(base))
        } catch {
            throw MessageSignatureError(code: .signingFailed, message: "the key did not sign: \(error)")
        }
    }
}
