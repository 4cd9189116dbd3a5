import StrictJSON
import Testing

@testable import MessageSignatures

/// Every case of the files of messages that must verify.
@Suite(.enabled(if: Vectors.verify.isPresent, "there is no `http-message-signatures/vectors.json`"))
struct ConformanceMessageSignatures {
    static let vectors = Vectors.verify

    @Test(arguments: vectors.cases("cases"))
    func verification(_ entry: VectorCase) throws {
        let name = try entry.text("keyid")
        let key = VectorKey(json: try #require(entry.file.key(name), "no key `\(name)`"))
        let algorithm = try #require(SignatureAlgorithm(name: entry.text("alg")))
        let fields = [
            (name: "Signature-Input", value: try entry.text("signatureInput")),
            (name: "Signature", value: try entry.text("signatureHeader")),
        ]
        let json = try #require(entry.json["message"])
        let (message, content) = try json.httpMessage(adding: fields)
        let types = StructuredFieldTypes.told(by: json.fieldNames)

        let label = try entry.text("label")
        let found = try #require(try SignatureFields(message.fields).signatures.first { $0.label == label })
        #expect(try found.input.text == entry.text("signatureParams"))
        #expect(try found.signature == entry.base64("signature"))
        let base = try found.input.signatureBase(for: message, types: types)
        #expect(try String(decoding: base, as: UTF8.self) == entry.text("signatureBase"))

        let isValid = try entry.flag("valid")
        for verificationKey in try key.verificationKeys() {
            #expect(verificationKey.algorithm == algorithm)
            let now = Int64(try #require(entry.file.root["verifyAt"]?.int))
            let refusals = [VerificationPolicy.DigestRule.ignored, .ifPresent].map { rule in
                let verifier = MessageVerifier(policy: Self.policy(label, types, rule))
                let result = verifier.verify(message, content: content, at: now) { input in
                    input.parameters.keyID == name || input.parameters.keyID == nil ? verificationKey : nil
                }
                if case .accepted(let signatures) = result { #expect(signatures.map(\.base) == [base]) }
                return result.refusal
            }
            if isValid {
                #expect(refusals[0] == nil)
            } else {
                // Where the signature alone is good, the content is not what it covers.
                let refusal = try #require(refusals[0] ?? refusals[1], "it was accepted")
                let reasons: Set<MessageSignatureError.Code> = [.badSignature, .malformedSignature, .digestMismatch]
                #expect(reasons.contains(refusal.code), "\(refusal)")
            }
        }
        guard isValid, let signingKey = try key.signingKey() else { return }
        let signer = MessageSigner(key: signingKey, types: types)
        let signed = try signer.sign(message, label: label, input: found.input)
        if try entry.flag("deterministic") { #expect(signed.signature == found.signature) }
        for verificationKey in try key.verificationKeys() {
            #expect(verificationKey.isValid(signature: signed.signature, for: base))
        }
        #expect(try signed.signatureInputMember == "\(label)=" + entry.text("signatureParams"))
    }

    /// The published examples cover little, so the policy asks for nothing.
    private static func policy(
        _ label: String, _ types: StructuredFieldTypes, _ contentDigest: VerificationPolicy.DigestRule
    ) -> VerificationPolicy {
        var policy = VerificationPolicy()
        policy.selection = .label(label)
        policy.algorithms = SignatureAlgorithm.all
        policy.maxAge = nil
        policy.requiredParameters = []
        policy.requiredRequestComponents = []
        policy.requiredResponseComponents = []
        policy.contentDigest = contentDigest
        policy.structuredFieldTypes = types
        return policy
    }

    @Test func `every list of the files has a test`() {
        let known: Set = ["keys", "cases", "componentCases", "contentDigests", "knownErrors"]
        #expect(Self.vectors.unknownLists(but: known).isEmpty)
    }

    @Test(arguments: vectors.cases("componentCases"))
    func component(_ entry: VectorCase) throws {
        let json = try #require(entry.json["message"])
        let (message, _) = try json.httpMessage()
        let types = StructuredFieldTypes.told(by: json.fieldNames)
        let text = try entry.text("component")
        if let expected = entry.json["error"]?.string {
            let error = #expect(throws: MessageSignatureError.self) {
                try ComponentIdentifier(parsing: text).value(in: message, types: types)
            }
            #expect(error?.code.description == expected)
        } else {
            let component = try ComponentIdentifier(parsing: text)
            let value = try component.value(in: message, types: types)
            #expect(try value == entry.text("value"))
            #expect(try "\(component): \(value)" == entry.text("baseLine"))
        }
    }

    @Test(arguments: vectors.cases("contentDigests"))
    func contentDigest(_ entry: VectorCase) throws {
        let content = try entry.base64("contentBase64")
        let made = ContentDigest(of: content, [.sha256, .sha512])
        for algorithm in ContentDigest.Algorithm.allCases {
            #expect(try made[algorithm] == entry.base64(algorithm.rawValue))
        }
        let field = try entry.text("contentDigest")
        let parsed = try #require(try ContentDigest(FieldLines([(name: "Content-Digest", value: field)])))
        #expect(!parsed.algorithms.isEmpty)
        for algorithm in parsed.algorithms { #expect(parsed[algorithm] == made[algorithm]) }
        let written = FieldLines([(name: "Content-Digest", value: parsed.fieldValue)])
        #expect(try ContentDigest(written) == parsed)
        try parsed.check(content: content)
        #expect(throws: MessageSignatureError.self) { try parsed.check(content: content + [0]) }
    }

    @Test(arguments: vectors.cases("keys"))
    func key(_ entry: VectorCase) throws {
        let key = VectorKey(json: entry.json)
        #expect(try !key.verificationKeys().isEmpty)
        guard let signingKey = try key.signingKey() else { return }
        let signature = try signingKey.sign([1, 2, 3])
        for verificationKey in try key.verificationKeys() {
            #expect(verificationKey.isValid(signature: signature, for: [1, 2, 3]))
            #expect(!verificationKey.isValid(signature: signature, for: [1, 2, 4]))
        }
    }
}
