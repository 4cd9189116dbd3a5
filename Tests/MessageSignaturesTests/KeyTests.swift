import Crypto
import ShangMi
import Testing

@testable import MessageSignatures

struct KeyTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        let signing: any SigningKey
        let verifying: any SignatureVerificationKey

        var testDescription: String { signing.algorithm.name }
    }

    static let pairs: [Pair] = {
        let (p256, p384, ed25519) = (
            P256.Signing.PrivateKey(), P384.Signing.PrivateKey(), Curve25519.Signing.PrivateKey()
        )
        let hmac = HMACKey(secret: Array("secret".utf8))
        var pairs = [
            Pair(signing: P256SigningKey(p256), verifying: P256VerificationKey(p256.publicKey)),
            Pair(signing: P384SigningKey(p384), verifying: P384VerificationKey(p384.publicKey)),
            Pair(signing: Ed25519SigningKey(ed25519), verifying: Ed25519VerificationKey(ed25519.publicKey)),
            Pair(signing: hmac, verifying: hmac),
        ]
        if let sm2 = try? SM2.PrivateKey(), let signing = try? SM2SigningKey(pem: sm2.pem),
            let verifying = try? SM2VerificationKey(x963: sm2.publicKey.x963)
        {
            pairs.append(Pair(signing: signing, verifying: verifying))
        }
        return pairs
    }()

    @Test func `there is a pair for each algorithm but RSA`() {
        let algorithms = Set(Self.pairs.map(\.signing.algorithm))
        #expect(algorithms == SignatureAlgorithm.all.subtracting([.rsaPSSSHA512, .rsaV15SHA256]))
    }

    @Test(arguments: pairs) func `a signature has its length and is good for its bytes alone`(_ pair: Pair) throws {
        let base = Array("\"@method\": GET".utf8)
        let signature = try pair.signing.sign(base)
        #expect(pair.signing.algorithm == pair.verifying.algorithm)
        #expect(pair.verifying.signatureLength == signature.count)
        #expect(pair.verifying.isValid(signature: signature, for: base))
        #expect(!pair.verifying.isValid(signature: signature, for: base + [0]))
        for wrong in [[], signature.dropLast(), signature + [0], [UInt8](repeating: 0, count: signature.count)] {
            #expect(!pair.verifying.isValid(signature: Array(wrong), for: base))
        }
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 0x10
            #expect(!pair.verifying.isValid(signature: changed, for: base))
        }
    }

    @Test func `a signer refuses parameters that name another algorithm, and labels that cannot be`() throws {
        let message = HTTPMessage(method: "GET", scheme: "https", authority: "a", target: "/", fields: FieldLines())
        let signer = MessageSigner(key: HMACKey(secret: [1]))
        let input = try SignatureInput(components: [], parameters: try SignatureParameters(algorithm: .ed25519))
        let mismatch = #expect(throws: MessageSignatureError.self) {
            try signer.sign(message, label: "sig", input: input)
        }
        #expect(mismatch?.code == .algorithmMismatch)
        let plain = try SignatureInput(components: [], parameters: try SignatureParameters())
        for label in ["", "Sig", "1", "a b", "a=", "é"] {
            #expect(throws: MessageSignatureError.self) { try signer.sign(message, label: label, input: plain) }
        }
        #expect(try signer.sign(message, label: "*a-1._", input: plain).signatureMember.hasPrefix("*a-1._=:"))
    }

    @Test func `text that is no key is refused`() {
        for text in ["", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----"] {
            #expect(throws: MessageSignatureError.self) { try RSAVerificationKey(pem: text, padding: .pssSHA512) }
            #expect(throws: MessageSignatureError.self) { try SM2VerificationKey(pem: text) }
            #expect(throws: MessageSignatureError.self) { try SM2SigningKey(pem: text) }
        }
        #expect(throws: MessageSignatureError.self) { try SM2VerificationKey(x963: [4]) }
    }

    @Test func `parameters that cannot be written are refused`() {
        #expect(throws: MessageSignatureError.self) { try SignatureParameters(created: 1_000_000_000_000_000) }
        #expect(throws: MessageSignatureError.self) { try SignatureParameters(expires: .min) }
        #expect(throws: MessageSignatureError.self) { try SignatureParameters(nonce: "é") }
        #expect(throws: MessageSignatureError.self) { try SignatureParameters(tag: "a\nb") }
    }
}
