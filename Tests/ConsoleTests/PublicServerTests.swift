import CityIdentity
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import NIOCore
import StrictJSON
import Synchronization
import Testing
import TransparencyLog

@testable import Console

@Suite struct PublicServerTests {
    /// Asks the routes for paths, one after the other, with what is answered.
    private func withServer(
        readiness: @escaping @Sendable () -> [String] = { [] }, rate: AddressRate = AddressRate(),
        lists: AddressRate = AddressRate(),
        _ body: @escaping @Sendable (Network, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await Network.run { network in
            let sources = PublicServer.Sources(
                ledger: network.ledger, receipts: network.receipts, operatorCode: try Network.city(),
                exchangeURL: "https://gateway.example", metrics: { "up 1\n" }, readiness: readiness)
            try await Application(router: PublicServer.router(sources, rate: rate, lists: lists)).test(.router) {
                client in
                try await body(network, client)
            }
        }
    }

    private static func json(_ response: TestResponse) throws -> JSONValue {
        try JSONValue(parsing: Array(response.body.readableBytesView))
    }

    @Test func `the checkpoint and the tiles verify as a log of the network's name`() async throws {
        try await withServer { network, client in
            let note = try await client.execute(uri: "/ledger/checkpoint", method: .get)
            #expect(note.status == .ok)
            let keys = network.ledger.view.validatorKeys
            let verified = try CheckpointPolicy(origin: Network.name, logKeys: keys)
                .verify(Array(note.body.readableBytesView))
            let checkpoint = verified.checkpoint
            #expect(checkpoint.size == network.ledger.view.size)
            let path = try #require(TileLayout(size: checkpoint.size).hashTile(level: 0, index: 0))
            let tile = try await client.execute(uri: "/ledger/\(path)", method: .get)
            #expect(tile.status == .ok)
            let hashes = try Tile(parsing: Array(tile.body.readableBytesView), at: path).hashes
            #expect(MerkleTree.root(of: hashes) == checkpoint.root)
        }
    }

    @Test(arguments: [
        ("/ledger/tile/0/001", 404), ("/ledger/tile/0/../0", 404), ("/ledger/tile/9/000", 404), ("/nowhere", 404),
        ("/identities/MA.156", 400), ("/identities/MA.156.1302", 404), ("/did/did:web:a", 400), ("/policies/x", 404),
        ("/policies?status=maybe", 400), ("/policies?dataset=!", 400), ("/shares", 400), ("/shares?reader=MA.156", 400),
        ("/ledger/keys/x/next-sequence", 400),
    ])
    func `what is not there or not understood is a problem`(path: String, status: Int) async throws {
        try await withServer { _, client in
            let response = try await client.execute(uri: path, method: .get)
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try Self.json(response)["status"]?.int == status)
        }
    }

    @Test(arguments: [
        ("/ledger/checkpoint", HTTPRequest.Method.delete, "GET, HEAD"), ("/identities/MA.156.1301", .put, "GET, HEAD"),
        ("/ledger/tile/0/000", .post, "GET, HEAD"), ("/metrics", .options, "GET, HEAD"),
        ("/ledger/transactions", .get, "POST"), ("/ledger/transactions", .head, "POST"),
    ])
    func `a path that is there says which methods it has`(
        path: String, method: HTTPRequest.Method, allowed: String
    ) async throws {
        try await withServer { _, client in
            let response = try await client.execute(uri: path, method: method)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == allowed)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try await client.execute(uri: "/nowhere", method: method).status == .notFound)
        }
    }

    @Test func `identities are listed, shown and resolved`() async throws {
        try await withServer { _, client in
            let list = try Self.json(try await client.execute(uri: "/identities", method: .get))
            #expect(list["identities"]?.array?.first?["code"]?.string == "MA.156.1301")
            let one = try Self.json(try await client.execute(uri: "/identities/MA.156.1301", method: .get))
            #expect(one["keys"]?.array?.count == 3)
            let did = try await client.execute(uri: "/did/did:ma:156.1301", method: .get)
            #expect(did.headers[.contentType] == "application/did+ld+json")
            #expect(try Self.json(did)["id"]?.string == "did:ma:156.1301")
        }
    }

    @Test func `a signed transaction is recorded, its replay refused`() async throws {
        try await withServer { network, client in
            let key = try KeyIdentifier("MA.156.1301#registry-1")
            let uri = "/ledger/keys/MA.156.1301%23registry-1/next-sequence"
            let next = try Self.json(try await client.execute(uri: uri, method: .get))["next"]?.int
            #expect(next == 1)
            let unit = try IdentificationCode("MA.156.1301.01")
            let declaration = try KeyDeclaration(
                id: try KeyIdentifier(code: unit, name: "registry-1"),
                publicKey: try PrivateKey(generating: .es256).publicKey, purposes: [.registry],
                notBefore: .now(), notAfter: .now().adding(seconds: 86_400))
            let application = IdentityApplication(
                code: unit, profile: IdentityProfile(title: LocalizedText(["en": "Urban management"])),
                keys: [declaration])
            let transaction = try Transaction(
                network: Network.name, signer: key, sequence: 1, time: .now(), body: .identityDelegate(application)
            ).signed(by: network.registry)
            func post(
                _ bytes: [UInt8], type: String = "application/jose", prefer: String? = nil,
                to path: String = "transactions"
            ) async throws -> TestResponse {
                var headers: HTTPFields = [.contentType: type]
                if let prefer, let name = HTTPField.Name("prefer") { headers[name] = prefer }
                return try await client.execute(
                    uri: "/ledger/\(path)", method: .post, headers: headers, body: ByteBuffer(bytes: bytes))
            }
            // A trial records nothing, however often.
            let begun = network.ledger.view.size
            for _ in 0..<2 {
                let trial = try Self.json(try await post(transaction, to: "trials"))
                #expect(trial["outcome"]?.string == "applied", "\(trial.text)")
            }
            #expect(network.ledger.view.size == begun && network.ledger.view.identity(unit) == nil)
            let answer = try Self.json(try await post(transaction))
            #expect(answer["outcome"]?.string == "applied", "\(answer.text)")
            #expect(try await post(transaction, to: "trials").status == .conflict)
            let replay = try await post(transaction)
            #expect(replay.status == .conflict)
            #expect(try Self.json(replay)["type"]?.string == "urn:hansa:problem:wrongSequence")
            // What would change nothing is refused where the submitter prefers that, and recorded else.
            let size = network.ledger.view.size
            let again = try Transaction(
                network: Network.name, signer: key, sequence: 2, time: .now(), body: .identityDelegate(application)
            ).signed(by: network.registry)
            let refused = try await post(again, prefer: "wait=5, handling=strict")
            #expect(refused.status == .forbidden)
            let reason = try #require(try Self.json(refused)["detail"]?.string)
            let tried = try await post(again, to: "trials")
            #expect(tried.status == .forbidden)
            #expect(try Self.json(tried)["detail"]?.string == reason)
            #expect(network.ledger.view.size == size)
            let recorded = try Self.json(try await post(again, prefer: "handling=lenient"))
            #expect(recorded["outcome"]?.string == "noop" && recorded["reason"]?.string == reason, "\(recorded.text)")
            #expect(try await post(transaction, type: "text/plain").status == .unsupportedMediaType)
            #expect(try await post(again, type: "text/plain", to: "trials").status == .unsupportedMediaType)
            #expect(try await post([1, 2, 3]).status == .badRequest)
            let malformed = try Self.json(try await post(Array("e30.e30.AAAA".utf8)))
            #expect(malformed["detail"]?.string?.hasSuffix("must have `alg`, a string") == true, "\(malformed.text)")
            #expect(try await post(Array(repeating: 65, count: 100_000)).status == .contentTooLarge)
        }
    }

    @Test func `an application is shown before it is decided on, and a change while it waits`() async throws {
        try await withServer { network, client in
            func ask(_ uri: String) async throws -> JSONValue {
                try Self.json(try await client.execute(uri: uri, method: .get))
            }
            let code = try IdentificationCode("MA.840.5363000")
            for serial in 1...2 {
                let key = try PrivateKey(generating: .es256)
                let application = IdentityApplication(
                    code: code, profile: IdentityProfile(title: LocalizedText(["en": "Seattle \(serial)"])),
                    keys: [try Network.declare("\(code)#registry-1", key, [.registry])])
                let submission = try await network.submit(.identityApply(application), by: "\(code)#registry-1", key)
                #expect(submission.outcome == .applied)
            }
            let one = try await ask("/identities/\(code)")
            #expect(one["identity"]?["status"]?.string == "applied")
            #expect(one["applications"]?.array?.count == 2)
            #expect(one["keys"]?.array?.compactMap { try? KeyRecord(json: $0) }.count == 1)
            let list = try await ask("/identities")["identities"]?.array ?? []
            #expect(list.count { $0["status"]?.string == "applied" } == 2)
            #expect(try await client.execute(uri: "/did/did:ma:840.5363000", method: .get).status == .notFound)

            let city = try Network.city()
            var answers: [JSONValue] = []
            for name in ["policy-1", "policy-2", "policy-3"] {
                let declaration = try Network.declare(
                    "\(city)#\(name)", try PrivateKey(generating: .es256), [.policy])
                let jws = try network.transaction(
                    .keyAdd(declaration), by: "\(city)#registry-1", network.registry)
                let response = try await client.execute(
                    uri: "/ledger/transactions", method: .post, headers: [.contentType: "application/jose"],
                    body: ByteBuffer(bytes: jws))
                answers.append(try Self.json(response))
            }
            #expect(answers[1]["change"] == nil)
            let hash = try #require(answers[2]["change"]?["hash"]?.string)
            #expect(answers[2]["outcome"]?.string == "applied")
            #expect(answers[2]["change"]?["needed"]?.int == 2)
            #expect(try await ask("/policies/\(hash)")["type"]?.string == "key.add")
            #expect(try await ask("/identities/\(city)")["changes"]?.array?.first?["hash"]?.string == hash)
        }
    }

    @Test func `identities come in pages`() async throws {
        try await withServer { _, client in
            let after = try Self.json(
                try await client.execute(uri: "/identities?after=MA.156.1301", method: .get))
            #expect(after["identities"]?.array?.isEmpty == true)
            #expect(after["next"] == nil)
            let all = try Self.json(try await client.execute(uri: "/identities?after=MA.156.1300", method: .get))
            #expect(all["identities"]?.array?.count == 1)
            #expect(try await client.execute(uri: "/identities?after=x", method: .get).status == .badRequest)
        }
    }

    @Test func `who submits without end is asked to wait`() async throws {
        try await withServer(rate: AddressRate(burst: 2, perSecond: 0.001)) { _, client in
            func post() async throws -> TestResponse {
                try await client.execute(
                    uri: "/ledger/transactions", method: .post, headers: [.contentType: "application/jose"],
                    body: ByteBuffer(string: "x"))
            }
            for _ in 0..<2 { #expect(try await post().status == .badRequest) }
            let refused = try await post()
            #expect(refused.status == .tooManyRequests)
            let seconds = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
            #expect((900...1_000).contains(seconds))
        }
    }

    @Test(arguments: ["/datasets", "/policies", "/shares?reader=MA.156.1301"])
    func `who asks for whole lists without end is asked to wait`(path: String) async throws {
        try await withServer(lists: AddressRate(burst: 2, perSecond: 0.001)) { _, client in
            for _ in 0..<2 { #expect(try await client.execute(uri: path, method: .get).status == .ok) }
            let refused = try await client.execute(uri: path, method: .get)
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter].flatMap { Int($0) } != nil)
            // What is looked up by its name is not counted.
            #expect(try await client.execute(uri: "/identities/MA.156.1301", method: .get).status == .ok)
        }
    }

    @Test func `a registry checkpoint proves a code and its keys`() async throws {
        try await withServer { network, client in
            let answer = try await client.execute(uri: "/ledger/registry?code=MA.156.1301", method: .get)
            let bundle = try RegistryCheckpoint(parsing: Array(answer.body.readableBytesView))
            let registry = try bundle.verified(trusting: network.ledger.view.validatorKeys)
            #expect(try registry.identity(try Network.city())?.status == .active)
            #expect(try await client.execute(uri: "/ledger/registry?code=MA", method: .get).status == .badRequest)
        }
    }

    @Test func `readiness follows the reasons against it`() async throws {
        let reasons = Mutex(["the disk is full"])
        try await withServer(readiness: { reasons.withLock { $0 } }) { _, client in
            let not = try await client.execute(uri: "/health/ready", method: .get)
            #expect(not.status == .serviceUnavailable)
            #expect(try Self.json(not)["reasons"]?.array == ["the disk is full"])
            reasons.withLock { $0 = [] }
            #expect(try await client.execute(uri: "/health/ready", method: .get).status == .ok)
            #expect(try await client.execute(uri: "/health/live", method: .get).status == .ok)
            #expect(String(buffer: try await client.execute(uri: "/metrics", method: .get).body) == "up 1\n")
        }
    }

    @Test func `every answer carries the security headers`() async throws {
        try await withServer { _, client in
            for path in ["/network", "/nowhere", "/ledger/checkpoint", "/datasets"] {
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.headers[.xContentTypeOptions] == "nosniff", "\(path)")
            }
        }
    }
}
