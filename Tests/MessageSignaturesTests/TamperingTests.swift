import Testing

@testable import MessageSignatures

/// Whatever covered part of a signed message is changed, the signature is refused.
struct TamperingTests {
    /// A message that can be changed part by part.
    struct Draft {
        var method = "POST"
        var scheme = "https"
        var authority = "api.example.com"
        var target = "/v1/items?page=3&name=blue+pen"
        var lines: [(name: String, value: String)] = []
        var content: [UInt8] = []
        var input = ""
        var signature = ""

        var message: HTTPMessage {
            let signed = lines + [(name: "Signature-Input", value: input), (name: "Signature", value: signature)]
            return HTTPMessage(
                method: method, scheme: scheme, authority: authority, target: target, fields: FieldLines(signed))
        }
    }

    /// A change, and the components of which any one notices it.
    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let noticedBy: Set<String>
        let apply: @Sendable (inout Draft) -> Void

        var testDescription: String { name }
    }

    static let pool = [
        "\"@method\"", "\"@target-uri\"", "\"@authority\"", "\"@scheme\"", "\"@request-target\"", "\"@path\"",
        "\"@query\"", "\"@query-param\";name=\"page\"", "\"date\"", "\"x-list\"", "\"x-list\";bs", "\"priority\";sf",
        "\"priority\";key=\"u\"", "\"content-digest\"",
    ]

    static let changes = [
        Change(name: "method", noticedBy: ["\"@method\""]) { $0.method = "PUT" },
        Change(name: "scheme", noticedBy: ["\"@scheme\"", "\"@target-uri\""]) { $0.scheme = "http" },
        Change(name: "authority", noticedBy: ["\"@authority\"", "\"@target-uri\""]) {
            $0.authority = "api.example.net"
        },
        Change(name: "path", noticedBy: ["\"@path\"", "\"@target-uri\"", "\"@request-target\""]) {
            $0.target = $0.target.replacing("/v1/", with: "/v2/")
        },
        Change(
            name: "page",
            noticedBy: ["\"@query\"", "\"@query-param\";name=\"page\"", "\"@target-uri\"", "\"@request-target\""]
        ) { $0.target = $0.target.replacing("page=3", with: "page=4") },
        Change(name: "query order", noticedBy: ["\"@query\"", "\"@target-uri\"", "\"@request-target\""]) {
            $0.target = "/v1/items?name=blue+pen&page=3"
        },
        Change(name: "field value", noticedBy: ["\"date\""]) { $0.lines[0].value += "X" },
        Change(name: "field removed", noticedBy: ["\"date\""]) { $0.lines.remove(at: 0) },
        Change(name: "field renamed", noticedBy: ["\"date\""]) { $0.lines[0].name = "Dates" },
        Change(name: "line repeated", noticedBy: ["\"x-list\"", "\"x-list\";bs"]) { $0.lines.append($0.lines[1]) },
        Change(name: "lines swapped", noticedBy: ["\"x-list\"", "\"x-list\";bs"]) { $0.lines.swapAt(1, 2) },
        Change(name: "lines joined", noticedBy: ["\"x-list\";bs"]) {
            $0.lines[1].value += ", " + $0.lines.remove(at: 2).value
        },
        Change(name: "member", noticedBy: ["\"priority\";sf", "\"priority\";key=\"u\""]) {
            $0.lines[3].value = "u=2, i"
        },
        Change(name: "other member", noticedBy: ["\"priority\";sf"]) { $0.lines[3].value = "u=1" },
        Change(name: "content", noticedBy: ["\"content-digest\""]) { $0.content[0] ^= 1 },
        Change(name: "content cut", noticedBy: ["\"content-digest\""]) { $0.content.removeLast() },
        Change(name: "content and digest", noticedBy: ["\"content-digest\""]) {
            $0.content.append(0)
            $0.lines[4].value = ContentDigest(of: $0.content).fieldValue
        },
    ]

    /// Changes of what every signature covers: its own parameters.
    static let ownChanges = [
        Change(name: "created", noticedBy: []) { $0.input = $0.input.replacing("created=1000", with: "created=1001") },
        Change(name: "expires", noticedBy: []) { $0.input = $0.input.replacing("expires=1060", with: "expires=1061") },
        Change(name: "nonce", noticedBy: []) { $0.input = $0.input.replacing("nonce=\"n", with: "nonce=\"m") },
        Change(name: "tag", noticedBy: []) { $0.input = $0.input.replacing("tag=\"t\"", with: "tag=\"u\"") },
        Change(name: "no tag", noticedBy: []) { $0.input = $0.input.replacing(";tag=\"t\"", with: "") },
        Change(name: "further parameter", noticedBy: []) { $0.input += ";x" },
        Change(name: "further component", noticedBy: []) { $0.input = $0.input.replacing("(", with: "(\"x-free\" ") },
        Change(name: "signature", noticedBy: []) {
            let value = Array($0.signature.utf8)
            $0.signature = String(
                decoding: value.dropLast(20) + (value[value.count - 20] == 0x41 ? "B" : "A").utf8
                    + value.suffix(19), as: UTF8.self)
        },
    ]

    @Test(arguments: changes) func `a change is refused where it is covered, and only there`(_ change: Change) throws {
        var random = SeededGenerator(seed: 7)
        var (refused, accepted) = (0, 0)
        for number in 0..<60 {
            let covered = Self.pool.shuffled(using: &random).prefix(.random(in: 0...6, using: &random))
            var draft = try signed(covering: Array(covered), nonce: "n\(number)")
            #expect(verify(draft) == nil)
            change.apply(&draft)
            let isNoticed = !change.noticedBy.isDisjoint(with: covered)
            #expect((verify(draft) != nil) == isNoticed, "\(covered)")
            if isNoticed { refused += 1 } else { accepted += 1 }
        }
        #expect(refused > 0 && accepted > 0)
    }

    @Test(arguments: ownChanges) func `a change of the signature or its parameters is refused`(_ change: Change) throws
    {
        var random = SeededGenerator(seed: 8)
        for number in 0..<20 {
            let covered = Self.pool.shuffled(using: &random).prefix(.random(in: 0...6, using: &random))
            var draft = try signed(covering: Array(covered), nonce: "n\(number)")
            change.apply(&draft)
            #expect(verify(draft)?.code == .badSignature)
        }
    }

    @Test func `components in another order are refused`() throws {
        var draft = try signed(covering: ["\"@method\"", "\"@path\""], nonce: "n")
        draft.input = draft.input.replacing("\"@method\" \"@path\"", with: "\"@path\" \"@method\"")
        #expect(verify(draft)?.code == .badSignature)
    }

    private let key = HMACKey(secret: [UInt8](repeating: 7, count: 32))

    private func signed(covering components: [String], nonce: String) throws -> Draft {
        var draft = Draft()
        draft.content = Array("{\"amount\":1250}".utf8)
        draft.lines = [
            (name: "Date", value: "Wed, 31 Dec 2025 23:59:50 GMT"), (name: "X-List", value: "a, b"),
            (name: "X-List", value: "c"), (name: "Priority", value: "u=1, i"),
            (name: "Content-Digest", value: ContentDigest(of: draft.content).fieldValue),
            (name: "X-Free", value: "free"),
        ]
        let input = try SignatureInput(
            components: components.map { try ComponentIdentifier(parsing: $0) },
            parameters: try SignatureParameters(created: 1000, expires: 1060, nonce: nonce, keyID: "k", tag: "t"))
        let made = try MessageSigner(key: key).sign(draft.message, label: "sig", input: input)
        draft.input = made.signatureInputMember
        draft.signature = made.signatureMember
        return draft
    }

    private func verify(_ draft: Draft) -> MessageSignatureError? {
        var policy = VerificationPolicy()
        policy.algorithms = [.hmacSHA256]
        policy.requiredRequestComponents = []
        // Content counts where its digest is covered.
        policy.contentDigest = draft.input.contains("content-digest") ? .required : .ignored
        let verifier = MessageVerifier(policy: policy)
        switch verifier.verify(draft.message, content: .bytes(draft.content), at: 1010, key: { _ in key }) {
        case .accepted: return nil
        case .refused(let refusal): return refusal
        }
    }
}
