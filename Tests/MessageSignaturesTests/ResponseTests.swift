import Crypto
import Testing

@testable import MessageSignatures

/// Signatures of responses: bound to the request, in trailers, and asked for with Accept-Signature.
struct ResponseTests {
    private let key = P256.Signing.PrivateKey()

    private func request(_ target: String = "/a", lines: [(name: String, value: String)] = []) -> HTTPMessage {
        HTTPMessage(method: "GET", scheme: "https", authority: "a.example", target: target, fields: FieldLines(lines))
    }

    @Test func `a response bound to its request and the request's signature is none for another`() throws {
        let asked = request(lines: [(name: "Signature", value: "hansa=:AAAA:")])
        let components = try [
            "\"@status\"", "\"@method\";req", "\"@target-uri\";req", "\"signature\";req;key=\"hansa\"",
        ].map { try ComponentIdentifier(parsing: $0) }
        let input = try SignatureInput(
            components: components, parameters: try SignatureParameters(created: 1000, keyID: "k"))
        let bare = HTTPMessage(status: 200, fields: FieldLines(), request: asked)
        let signed = try MessageSigner(key: P256SigningKey(key)).sign(bare, label: "hansa", input: input)
        let fields = FieldLines([
            (name: "Signature-Input", value: signed.signatureInputMember),
            (name: "Signature", value: signed.signatureMember),
        ])
        let verify = { (request: HTTPMessage?, status: Int) in
            MessageVerifier(policy: VerificationPolicy()).verify(
                HTTPMessage(status: status, fields: fields, request: request), content: .none, at: 1000
            ) { _ in P256VerificationKey(key.publicKey) }
        }
        #expect(verify(asked, 200).refusal == nil)
        #expect(verify(asked, 201).refusal?.code == .badSignature)
        #expect(
            verify(request("/b", lines: [(name: "Signature", value: "hansa=:AAAA:")]), 200).refusal?.code
                == .badSignature)
        #expect(
            verify(request(lines: [(name: "Signature", value: "hansa=:AAAB:")]), 200).refusal?.code == .badSignature)
        #expect(
            verify(request(lines: [(name: "Signature", value: "h=:AAAA:")]), 200).refusal?.code == .missingComponent)
        #expect(verify(nil, 200).refusal?.code == .missingComponent)
    }

    @Test func `a streamed response carries digest and signature in its trailer`() throws {
        let content = [UInt8](repeating: 7, count: 100_000)
        var hasher = ContentHasher([.sha256, .sha512])
        for start in stride(from: 0, to: content.count, by: 4093) {
            hasher.update(Array(content[start..<min(start + 4093, content.count)]))
        }
        #expect(hasher.finish() == ContentDigest(of: content, [.sha256, .sha512]))
        let digest = [(name: "Content-Digest", value: hasher.finish().fieldValue)]
        let input = try SignatureInput(
            components: ["@status", try ComponentIdentifier(parsing: "\"content-digest\";tr")],
            parameters: try SignatureParameters(created: 1000, keyID: "k"))
        let bare = HTTPMessage(status: 200, fields: FieldLines(), trailers: FieldLines(digest))
        let signed = try MessageSigner(key: P256SigningKey(key)).sign(bare, label: "hansa", input: input)
        let trailers = FieldLines(
            digest + [
                (name: "Signature-Input", value: signed.signatureInputMember),
                (name: "Signature", value: signed.signatureMember),
            ])
        let message = HTTPMessage(status: 200, fields: FieldLines(), trailers: trailers)
        let verify = { (content: MessageContent, section: MessageVerifier.Section) in
            MessageVerifier(policy: VerificationPolicy()).verify(
                message, content: content, at: 1000, signaturesIn: section
            ) { _ in P256VerificationKey(key.publicKey) }
        }
        #expect(verify(.bytes(content), .trailer).refusal == nil)
        #expect(verify(.hashed(hasher.finish()), .trailer).refusal == nil)
        #expect(verify(.bytes(content.dropLast()), .trailer).refusal?.code == .digestMismatch)
        #expect(verify(.bytes(content), .header).refusal?.code == .missingSignature)
    }

    @Test func `what is asked for is signed`() throws {
        let field = """
            sig1=("@status" "@method";req);created;keyid="k";nonce="n", sig2=("@status");alg="ed25519";tag="t";expires;x=1
            """
        let requests = try SignatureRequest.all(in: FieldLines([(name: "Accept-Signature", value: field)]))
        #expect(requests.map(\.label) == ["sig1", "sig2"])
        #expect(requests[0].wantsCreated && !requests[0].wantsExpires && requests[1].wantsExpires)
        let input = try requests[0].input(at: 1000, lifetime: 60, keyID: "k", algorithm: .ecdsaP256SHA256)
        #expect(input.text == #"("@status" "@method";req);created=1000;expires=1060;nonce="n";keyid="k""#)
        let other = #expect(throws: MessageSignatureError.self) {
            try requests[0].input(at: 1000, lifetime: 60, keyID: "l", algorithm: .ecdsaP256SHA256)
        }
        #expect(other?.code == .unknownKey)
        let mismatch = #expect(throws: MessageSignatureError.self) {
            try requests[1].input(at: 1000, lifetime: 60, keyID: "k", algorithm: .sm2SM3)
        }
        #expect(mismatch?.code == .algorithmMismatch)
        let tagged = try requests[1].input(at: 1, lifetime: 2, keyID: "k", algorithm: .ed25519)
        #expect(tagged.text == #"("@status");created=1;expires=3;alg="ed25519";keyid="k";tag="t""#)
        #expect(try SignatureRequest.all(in: FieldLines()).isEmpty)
    }

    @Test(arguments: [
        ("sig1=(\"@status\");created=5", MessageSignatureError.Code.malformedParameter),
        ("sig1=(\"@status\");keyid=k", .malformedParameter), ("sig1=\"@status\"", .malformedField),
        ("sig1=(\"@status\"", .malformedField), ("sig1=(\"@status\"), sig1=()", .duplicateLabel),
        ("sig1=();created;created", .duplicateParameter), ("sig1=(\"a\" \"a\")", .duplicateComponent),
        ("sig1=(\"@nope\")", .invalidComponent), ("sig1=(a)", .malformedField),
    ])
    func `what cannot be asked for is refused`(_ field: String, _ code: MessageSignatureError.Code) {
        let error = #expect(throws: MessageSignatureError.self) {
            try SignatureRequest.all(in: FieldLines([(name: "Accept-Signature", value: field)]))
        }
        #expect(error?.code == code)
    }
}
