import StrictJSON
import Testing

@testable import MessageSignatures

/// Every case and control of the files of messages that must be refused.
@Suite(.enabled(if: Vectors.reject.isPresent, "there is no `http-message-signatures/reject.json`"))
struct ConformanceMessageSignatureRefusals {
    static let vectors = Vectors.reject

    @Test func `every list of the files has a test`() {
        #expect(Self.vectors.unknownLists(but: ["keys", "controls", "cases"]).isEmpty)
    }

    @Test(arguments: vectors.cases("controls"))
    func control(_ entry: VectorCase) throws {
        let verifier = try Verifier(entry)
        for message in try entry.messages() {
            let refusal = try verifier.verify(message)
            #expect(refusal == nil)
        }
    }

    @Test(arguments: vectors.cases("cases"))
    func refusal(_ entry: VectorCase) throws {
        let verifier = try Verifier(entry)
        let messages = try entry.messages()
        for prior in messages.dropLast() {
            let refusal = try verifier.verify(prior)
            #expect(refusal == nil)
        }
        let result = try verifier.verify(messages[messages.count - 1])
        let refusal = try #require(result, "it was accepted")
        let category = try entry.text("category")
        let acceptable = [category] + (entry.json["alsoAcceptable"]?.array ?? []).compactMap(\.string)
        #expect(acceptable.contains(refusal.code.description), "\(refusal)")
        let categories = try #require(entry.file.root["categories"]?.object)
        #expect(categories[category] != nil)
    }

    @Test(arguments: vectors.cases("cases"))
    func signatureAlone(_ entry: VectorCase) throws {
        guard let isValid = entry.json["signatureValid"]?.bool else { return }
        let verifier = try Verifier(entry)
        let message = try #require(entry.json["message"])
        #expect(try verifier.signatureVerifies(message) == isValid)
    }
}

/// A verifier with the policy of a case and the keys of the file.
private struct Verifier {
    private let policy: VerificationPolicy
    private let verifier: MessageVerifier
    private let now: Int64
    private let keys: [String: any SignatureVerificationKey]

    init(_ entry: VectorCase) throws {
        let file = entry.file.root
        for name in [file, entry.json].flatMap({ $0["policy"]?.object?.members ?? [] }).map(\.name) {
            try #require(Self.settings.contains(name), "the policy has the unknown rule `\(name)`")
        }
        let setting = { (name: String) in entry.json["policy"]?[name] ?? file["policy"]?[name] }
        let names = Set(try entry.messages().flatMap(\.fieldNames))
        var policy = VerificationPolicy()
        policy.algorithms = SignatureAlgorithm.all
        policy.structuredFieldTypes = .told(by: names)
        policy.clockSkew = Int64(try #require(setting("clockSkew")?.int))
        policy.maxAge = setting("maxAge")?.int.map { Int64($0) }
        policy.requiredParameters = try #require(setting("requiredParameters")?.array).compactMap(\.string)
        policy.requiredRequestComponents = try Self.components(setting("requiredRequestComponents"))
        policy.requiredResponseComponents = try Self.components(setting("requiredResponseComponents"))
        policy.contentDigest = try #require(setting("requireContentDigest")?.bool as Bool?) ? .required : .ignored
        policy.expectedTag = setting("expectedTag")?.string
        policy.refusesDuplicateParameters = try #require(setting("rejectDuplicateParameters")?.bool as Bool?)
        self.policy = policy
        verifier = MessageVerifier(policy: policy, nonces: BoundedNonceStore(capacity: 100))
        now = Int64(try #require(setting("now")?.int))
        var keys: [String: any SignatureVerificationKey] = [:]
        for json in file["keys"]?.array ?? Vectors.verify.cases("keys").map(\.json) {
            let name = try #require(json["keyid"]?.string)
            keys[name] = try VectorKey(json: json).verificationKeys().first
        }
        self.keys = keys
    }

    private static let settings: Set = [
        "now", "clockSkew", "maxAge", "requiredParameters", "requiredRequestComponents", "requiredResponseComponents",
        "requireContentDigest", "expectedTag", "rejectDuplicateParameters",
    ]

    private static func components(_ list: JSONValue?) throws -> [ComponentIdentifier] {
        let texts = try #require(list?.array).map { try #require($0.string) }
        return try texts.map { try ComponentIdentifier(parsing: $0) }
    }

    func verify(_ json: JSONValue) throws -> MessageSignatureError? {
        let (message, content) = try json.httpMessage()
        switch verifier.verify(message, content: content, at: now, key: key) {
        case .accepted(let signatures):
            #expect(!signatures.isEmpty)
            return nil
        case .refused(let refusal): return refusal
        }
    }

    /// Whether all signatures verify over their bases, whatever the policy and the labels say.
    func signatureVerifies(_ json: JSONValue) throws -> Bool {
        let (message, _) = try json.httpMessage()
        let values = try Self.dictionary("signature", of: message)
        let inputs = try Self.dictionary("signature-input", of: message)
        return try inputs.members.allSatisfy { member in
            guard case .innerList(let list) = member.value, case .item(let item) = values[member.key],
                case .bytes(let signature) = item.value
            else { return false }
            var identifier = ""
            if case .string(let name) = list.parameters["keyid"] { identifier = name }
            if case .token(let name) = list.parameters["keyid"] { identifier = name }
            let components = try list.items.map { try ComponentIdentifier($0) }
            var base = try SignatureInput(components: components, parameters: try SignatureParameters())
                .signatureBase(for: message, types: policy.structuredFieldTypes)
            StructuredFieldWriter.write(list.parameters, to: &base)
            return keys[identifier]?.isValid(signature: signature, for: base) == true
        }
    }

    /// As RFC 9651 has it: of members and parameters that appear twice the last one counts.
    private static func dictionary(_ name: String, of message: HTTPMessage) throws -> StructuredDictionary {
        var value: [UInt8] = []
        _ = message.fields.appendCombined(name, to: &value)
        return try StructuredFieldParser.dictionary(value)
    }

    private func key(for input: SignatureInput) -> (any SignatureVerificationKey)? {
        input.parameters.keyID.flatMap { keys[$0] }
    }
}
