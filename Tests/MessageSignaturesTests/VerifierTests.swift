import Crypto
import Testing

@testable import MessageSignatures

struct VerifierTests {
    private func result(
        parameters: SignatureParameters, components: [ComponentIdentifier] = ["@method", "@target-uri"],
        lines: [(name: String, value: String)] = [], content: MessageContent = .none, at now: Int64 = 1000,
        label: String = "sig", policy: VerificationPolicy = VerificationPolicy(), nonces: (any NonceStore)? = nil
    ) throws -> Verification {
        let (signing, verifying) = (Curve25519.Signing.PrivateKey(), Ed25519VerificationKey.self)
        let request = { (lines: [(name: String, value: String)]) in
            HTTPMessage(
                method: "POST", scheme: "https", authority: "a.example", target: "/", fields: FieldLines(lines))
        }
        let signed = try MessageSigner(key: Ed25519SigningKey(signing)).sign(
            request(lines), label: label,
            input: try SignatureInput(components: components, parameters: parameters))
        let all =
            lines + [
                (name: "Signature-Input", value: signed.signatureInputMember),
                (name: "Signature", value: signed.signatureMember),
            ]
        return MessageVerifier(policy: policy, nonces: nonces).verify(request(all), content: content, at: now) {
            input in
            input.parameters.keyID == "unknown" ? nil : verifying.init(signing.publicKey)
        }
    }

    @Test(
        arguments: [
            (1000, nil, nil), (1005, nil, nil), (1006, nil, .createdInFuture), (695, nil, nil), (694, nil, .tooOld),
            (990, 995, nil), (990, 994, .expired), (960, 1020, nil), (960, 1021, .tooOld),
            (-999_999_999_999_999, nil, .tooOld), (999_999_999_999_999, nil, .createdInFuture),
        ] as [(Int64, Int64?, MessageSignatureError.Code?)])
    func `times are held against the clock to the second`(
        _ created: Int64, _ expires: Int64?, _ code: MessageSignatureError.Code?
    ) throws {
        var policy = VerificationPolicy()
        policy.maxLifetime = 60
        let parameters = try SignatureParameters(created: created, expires: expires, keyID: "k")
        #expect(try result(parameters: parameters, policy: policy).refusal?.code == code)
    }

    @Test func `a policy with huge durations does not overflow`() throws {
        var policy = VerificationPolicy()
        policy.clockSkew = .max
        policy.maxAge = .max
        let parameters = try SignatureParameters(created: -999_999_999_999, expires: 1, keyID: "k")
        #expect(try result(parameters: parameters, policy: policy).refusal == nil)
    }

    @Test func `parameters, tag, key and algorithm are what the policy asks for`() throws {
        let good = try SignatureParameters(created: 1000, algorithm: .ed25519, keyID: "k", tag: "t")
        var policy = VerificationPolicy()
        policy.expectedTag = "t"
        #expect(try result(parameters: good, policy: policy).refusal == nil)
        policy.expectedTag = "u"
        #expect(try result(parameters: good, policy: policy).refusal?.code == .tagMismatch)
        policy.expectedTag = nil
        policy.requiredParameters = ["nonce"]
        #expect(try result(parameters: good, policy: policy).refusal?.code == .missingParameter)
        policy.requiredParameters = []
        policy.algorithms = [.sm2SM3]
        #expect(try result(parameters: good, policy: policy).refusal?.code == .unsupportedAlgorithm)
        let unknown = try SignatureParameters(created: 1000, keyID: "unknown")
        #expect(try result(parameters: unknown).refusal?.code == .unknownKey)
    }

    @Test func `required components are asked for, some only where the message has them`() throws {
        let parameters = try SignatureParameters(created: 1000, keyID: "k")
        var policy = VerificationPolicy()
        #expect(
            try result(parameters: parameters, components: ["@method", "@path"]).refusal?.code == .insufficientCoverage)
        policy.requiredIfPresent = ["exchange-purpose"]
        #expect(try result(parameters: parameters, policy: policy).refusal == nil)
        let purpose = [(name: "Exchange-Purpose", value: "research")]
        #expect(
            try result(parameters: parameters, lines: purpose, policy: policy).refusal?.code == .insufficientCoverage)
        let covered: [ComponentIdentifier] = ["@method", "@target-uri", "exchange-purpose"]
        #expect(
            try result(parameters: parameters, components: covered, lines: purpose, policy: policy).refusal == nil)
    }

    @Test func `a nonce is refused the second time, and not used up by a signature that is refused`() throws {
        let nonces = BoundedNonceStore(capacity: 1)
        let parameters = try SignatureParameters(created: 1000, expires: 1060, nonce: "n", keyID: "k")
        var strict = VerificationPolicy()
        strict.expectedTag = "t"
        #expect(try result(parameters: parameters, policy: strict, nonces: nonces).refusal?.code == .tagMismatch)
        #expect(try result(parameters: parameters, nonces: nonces).refusal == nil)
        #expect(nonces.records.map(\.expires) == [1065])
        #expect(try result(parameters: parameters, nonces: nonces).refusal?.code == .nonceReused)
        let other = try SignatureParameters(created: 1000, nonce: "o", keyID: "k")
        #expect(try result(parameters: other, nonces: nonces).refusal?.code == .nonceStoreFull)
    }

    @Test func `only the selected signature is looked at`() throws {
        let parameters = try SignatureParameters(created: 1000, keyID: "k", tag: "t")
        var policy = VerificationPolicy()
        for (selection, code) in [
            (VerificationPolicy.Selection.label("sig"), nil), (.tag("t"), nil), (.label("other"), .missingSignature),
            (.tag("u"), .missingSignature),
        ] as [(VerificationPolicy.Selection, MessageSignatureError.Code?)] {
            policy.selection = selection
            #expect(try result(parameters: parameters, policy: policy).refusal?.code == code)
        }
    }

    static let content = Array("{}".utf8)
    static let right = ContentDigest(of: content).fieldValue

    @Test(
        arguments: [
            (right, true, .bytes(content), nil), (right, true, .bytes([1]), .digestMismatch),
            (right, true, .none, .digestMismatch), (right, true, .described, nil), (right, true, .pending, nil),
            (right, true, .hashed(ContentDigest(of: content)), nil),
            (right, true, .hashed(ContentDigest(of: content, [.sha512])), .digestMismatch),
            (right, false, .bytes(content), .insufficientCoverage), (right, false, .pending, .insufficientCoverage),
            (nil, false, .bytes(content), .missingDigest), (nil, false, .pending, .missingDigest),
            (nil, false, .bytes([]), nil), (nil, false, .none, nil),
            ("md5=:AA==:", true, .bytes(content), .unsupportedDigest),
            ("sha-256=x", true, .bytes(content), .malformedDigest),
            ("sha-256", true, .bytes(content), .malformedDigest),
            ("sha-256=(:AA==:)", true, .bytes(content), .malformedDigest),
            (right + ", " + right, true, .bytes(content), .malformedDigest),
            (right + ", sha-512=:AA==:", true, .bytes(content), .digestMismatch),
            (right + ", md5=:AA==:", true, .bytes(content), nil),
        ] as [(String?, Bool, MessageContent, MessageSignatureError.Code?)])
    func `a digest is there, covered and right`(
        _ field: String?, _ isCovered: Bool, _ content: MessageContent, _ code: MessageSignatureError.Code?
    ) throws {
        let parameters = try SignatureParameters(created: 1000, keyID: "k")
        let lines = field.map { [(name: "Content-Digest", value: $0)] } ?? []
        let components: [ComponentIdentifier] = ["@method", "@target-uri"] + (isCovered ? ["content-digest"] : [])
        let result = try result(parameters: parameters, components: components, lines: lines, content: content)
        #expect(result.refusal?.code == code)
        if case .pending = content, case .accepted(let signatures) = result {
            let digest = try #require(signatures.first?.contentDigest)
            try digest.check(content: Self.content)
            #expect(throws: MessageSignatureError.self) { try digest.check(content: []) }
        }
    }
}

extension Verification {
    var refusal: MessageSignatureError? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}
