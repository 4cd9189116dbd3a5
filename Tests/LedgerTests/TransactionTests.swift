import CityIdentity
import SharingPolicy
import StrictJSON
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct TransactionTests {
    static func bodies() throws -> [Transaction.Body] {
        var network = try TestNetwork()
        let code = try IdentificationCode("MA.840.5363000")
        let application = try network.application(code, ["registry", "exchange-1"])
        let change = StatusChange(code: code, reason: "moved \u{1F30D} \"quoted\"\n")
        let vote = ApplicationDecision(code: code, application: "thumb", reason: "known to us")
        let policy = try TestNetwork.policy(for: "MA.840.5363000/air")
        let hash = PolicyHash(of: policy.document)
        let root = Hash(hashing: [1])
        return [
            .networkGenesis(
                NetworkGenesis(
                    identities: [try network.application(code, ["validator"])], registrars: [code], threshold: 1,
                    validators: [try KeyIdentifier(code: code, name: "validator")])),
            .identityApply(application), .identityApprove(vote), .identityReject(vote), .identityDelegate(application),
            .identityUpdate(IdentityUpdate(code: code, title: LocalizedText(["zh": "西雅图"]), policyApprovals: 3)),
            .identitySuspend(change), .identityReinstate(change), .identityRetire(change),
            .keyAdd(try network.declare("\(code)#tls-1")),
            .keyRevoke(KeyRevocation(key: try KeyIdentifier("\(code)#tls-1"), reason: "lost")),
            .datasetPublish(try TestNetwork.dataset("MA.840.5363000/air")),
            .datasetWithdraw(DatasetWithdrawal(dataset: try DatasetIdentifier("MA.840.5363000/air"), reason: "old")),
            .policyPropose(policy), .policyApprove(PolicyDecision(policy: hash)),
            .policyReject(PolicyDecision(policy: hash, reason: "too wide")),
            .policyWithdraw(PolicyDecision(policy: hash)),
            .receiptsAnchor(ReceiptsAnchor(origin: "o", size: .max, root: root, proof: [root, root])),
        ]
    }

    @Test("what is signed parses to what it was", arguments: try TransactionTests.bodies())
    func roundTrip(_ body: Transaction.Body) throws {
        let network = try TestNetwork()
        let transaction = Transaction(
            network: TestNetwork.name, signer: try KeyIdentifier("MA.156.1301.90#registry"), sequence: .max,
            time: TestNetwork.start, body: body)
        let jws = try network.sign(transaction)
        let parsed = try SignedTransaction(parsing: jws)
        #expect(parsed.transaction == transaction)
        #expect(parsed.bytes == jws)
        #expect(parsed.transaction.payload == transaction.payload)
    }

    static let valid = #"""
        {"network":"n","signer":"MA.156.1301#k","sequence":0,"time":"2026-01-01T00:00:00Z","type":"identity.suspend",
        "body":{"code":"MA.156.1301","reason":"r"}}
        """#

    @Test(
        "a payload that is not one is refused with the place",
        arguments: [
            (#""sequence":0"#, #""sequence":-1"#, "sequence"), (#""sequence":0"#, #""sequence":0.0"#, "sequence"),
            (#""sequence":0"#, #""sequence":18446744073709551616"#, "sequence"),
            (#""sequence":0"#, #""sequence":"0""#, "sequence"), (#""sequence":0,"#, "", "sequence"),
            (#""network":"n""#, #""network":null"#, "network"), (#""MA.156.1301#k""#, #""MA.156.1301""#, "signer"),
            ("2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "time"),
            ("identity.suspend", "identity.destroy", "type"), (#""code":"MA"#, #""code":"MB"#, "code"),
            (#""reason":"r""#, #""reason":"r","extra":1"#, "extra"), (#""reason":"r""#, #""Reason":"r""#, "reason"),
            (#""network":"n""#, #""network":"n","network":"n""#, "network"), (#"{"code""#, #"[],"x":{"code""#, "body"),
            (#"}}"#, "}}}", "JSON"),
        ])
    func malformedPayload(_ old: String, _ new: String, _ place: String) throws {
        _ = try Transaction(payload: Array(Self.valid.utf8))
        let changed = Self.valid.replacing(old, with: new)
        try #require(changed != Self.valid)
        let error = try #require(throws: LedgerError.self) { try Transaction(payload: Array(changed.utf8)) }
        #expect(error.code == .malformed)
        #expect("\(error)".contains(place))
    }

    @Test("a JWS that is not a transaction is refused")
    func malformedSignature() throws {
        let network = try TestNetwork()
        let id = try KeyIdentifier("MA.156.1301.90#registry")
        let key = try #require(network.keys[id])
        let body = Transaction.Body.keyRevoke(KeyRevocation(key: id, reason: "r"))
        let payload = try network.transaction(body, by: id.description).payload
        let other = try KeyIdentifier("MA.156.1301.90#validator")
        let wrongType = try CompactJWS.sign(payload: payload, key: key, keyID: id, type: "jwt")
        let wrongSigner = try CompactJWS.sign(
            payload: payload, key: key, keyID: other, type: Transaction.mediaType)
        let good = try CompactJWS.sign(payload: payload, key: key, keyID: id, type: Transaction.mediaType)
        _ = try SignedTransaction(parsing: good)
        for bytes in [wrongType, wrongSigner, [], good + [0x3D], Array(good.dropLast(2)), [0x2E] + good] {
            let error = #expect(throws: LedgerError.self) { try SignedTransaction(parsing: bytes) }
            #expect(error?.code == .malformed)
        }
    }

    @Test("a transaction that fits no leaf is refused")
    func tooLarge() throws {
        let network = try TestNetwork()
        let body = Transaction.Body.policyPropose(
            PolicyProposal(format: .yaml, document: Array(repeating: 0x20, count: 49_200)))
        let error = try #require(throws: LedgerError.self) {
            try network.sign(body, by: "MA.156.1301.90#registry")
        }
        #expect(error.code == .tooLarge || "\(error)".contains("65535"))
        let parsing = #expect(throws: LedgerError.self) {
            try SignedTransaction(parsing: Array(repeating: 0x41, count: 65_536))
        }
        #expect(parsing?.code == .tooLarge)
    }
}

@Suite struct DatasetTests {
    @Test(
        "the first rule that matches names the action",
        arguments: [
            ("GET", "/", "read"), ("GET", "/stations/12", "read"), ("HEAD", "/a/b/c", "read"), ("POST", "/", nil),
            ("get", "/", nil), ("POST", "/upload", "modify"), ("POST", "/upload/", nil), ("POST", "/upload/x", nil),
            ("PUT", "/station/7/value", "modify"), ("PUT", "/station//value", "modify"), ("PUT", "/station/value", nil),
            ("PUT", "/station/7/value/x", nil), ("DELETE", "/old", "delete"), ("DELETE", "/old/a/b", "delete"),
            ("DELETE", "/older", nil), ("GET", "", nil),
        ] as [(String, String, String?)])
    func actions(_ method: String, _ path: String, _ expected: String?) throws {
        let dataset = Dataset(
            identifier: try DatasetIdentifier("MA.156.1301/air"), title: LocalizedText(["en": "Air"]),
            origin: "https://o.test/",
            actions: [
                .init(methods: ["GET", "HEAD"], path: "/**", action: "read"),
                .init(methods: ["POST"], path: "/upload", action: "modify"),
                .init(methods: ["PUT"], path: "/station/*/value", action: "modify"),
                .init(methods: ["DELETE"], path: "/old/**", action: "delete"),
            ])
        #expect(dataset.action(method: method, path: path) == expected)
        #expect(dataset.methods(path: path).contains(method) == (expected != nil))
    }

    @Test(
        "a description that is not one is refused with the place",
        arguments: [
            ("origin", #""ftp://o.test/""#), ("origin", #""https://o.test""#), ("origin", #""https://u@o.test/""#),
            ("origin", #""https:///""#), ("origin", #""https://o.test/?q/""#), ("origin", "7"), ("name", #""A b""#),
            ("title", "{}"), ("title", #"{"en":""}"#), ("actions", "[]"), ("keywords", "[1]"),
            ("actions", #"[{"methods":[],"path":"/","action":"read"}]"#),
            ("actions", #"[{"methods":["GET"],"path":"x","action":"read"}]"#),
            ("actions", #"[{"methods":["GET"],"path":"/**/x","action":"read"}]"#),
            ("actions", #"[{"methods":["GET"],"path":"/","action":""}]"#), ("price", "1"),
        ])
    func malformed(_ member: String, _ value: String) throws {
        var object = try #require(TestNetwork.dataset("MA.156.1301/air").json.object)
        _ = try Dataset(json: .object(object))
        object[member] = try JSONValue(parsing: Array(value.utf8))
        let error = #expect(throws: LedgerError.self) { try Dataset(json: .object(object)) }
        #expect(error?.message.contains("dataset.\(member)") == true)
    }

    @Test("a file may leave out whose dataset it is")
    func provider() throws {
        let dataset = try TestNetwork.dataset("MA.156.1301/air")
        var object = try #require(dataset.json.object)
        let other = try IdentificationCode("MA.840.5363000")
        #expect(throws: LedgerError.self) { try Dataset(json: .object(object), provider: other) }
        object["provider"] = nil
        #expect(try Dataset(json: .object(object), provider: dataset.identifier.provider) == dataset)
        #expect(throws: LedgerError.self) { try Dataset(json: .object(object)) }
    }
}
