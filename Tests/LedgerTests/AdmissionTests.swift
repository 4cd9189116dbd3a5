import CityIdentity
import Testing
import TransparencyLog

@testable import Ledger

/// What does not even use up a sequence number.
@Suite struct AdmissionTests {
    let code = "MA.156.1301"

    private func prepared() throws -> TestNetwork {
        var network = try TestNetwork()
        try network.admit(code)
        return network
    }

    private func update(_ contact: String) throws -> Transaction.Body {
        .identityUpdate(IdentityUpdate(code: try IdentificationCode(code), contact: contact))
    }

    @Test("a transaction does something once")
    func replay() throws {
        var network = try prepared()
        let jws = try network.sign(update("a"), by: "\(code)#registry")
        #expect(try network.append([jws]).map(\.words) == ["applied"])
        let state = network.state.tree.root
        let size = network.chain.log.size
        #expect(try network.append([jws])[0].words.hasPrefix("wrongSequence: "))
        #expect(network.state.tree.root == state)
        #expect(network.chain.log.size == size)
    }

    @Test("and twice in one block neither")
    func replayInBlock() throws {
        var network = try prepared()
        let jws = try network.sign(update("a"), by: "\(code)#registry")
        let words = try network.append([jws, jws]).map(\.words)
        #expect(words[0] == "applied")
        #expect(words[1].hasPrefix("wrongSequence: "))
    }

    @Test("only the next sequence number counts", arguments: [-1, 1, 7])
    func sequence(_ distance: Int) throws {
        var network = try prepared()
        try network.submit(update("before"), by: "\(code)#registry")
        var transaction = try network.transaction(update("a"), by: "\(code)#registry")
        transaction.sequence = UInt64(Int(transaction.sequence) + distance)
        #expect(try network.append([network.sign(transaction)])[0].words.hasPrefix("wrongSequence: "))
    }

    @Test("a recorded no-op uses its sequence number up")
    func noop() throws {
        var network = try prepared()
        let id = try network.id("\(code)#registry")
        let before = network.state.nextSequence(of: id)
        let body = Transaction.Body.identityUpdate(
            IdentityUpdate(code: try IdentificationCode("MA.156.1302"), contact: "x"))
        let jws = try network.sign(body, by: id.description)
        guard case .recorded(.noop) = try network.append([jws])[0] else {
            Issue.record("not a recorded no-op")
            return
        }
        #expect(network.state.nextSequence(of: id) == before + 1)
        #expect(try network.append([jws])[0].words.hasPrefix("wrongSequence: "))
    }

    @Test(
        "another network's transactions mean nothing here",
        arguments: ["other", "ledger.test/network ", "Ledger.test/network", ""])
    func network(_ name: String) throws {
        var network = try prepared()
        var transaction = try network.transaction(update("a"), by: "\(code)#registry")
        transaction.network = name
        #expect(try network.append([network.sign(transaction)])[0].words.hasPrefix("wrongNetwork: "))
    }

    @Test("a key signs for itself alone")
    func signature() throws {
        var network = try prepared()
        let transaction = try network.transaction(update("a"), by: "\(code)#registry")
        let other = try #require(network.keys[network.id("\(code)#exchange")])
        #expect(try network.append([transaction.signed(by: other)])[0].words.hasPrefix("invalidSignature: "))
    }

    @Test("every byte of the payload is signed")
    func tampering() throws {
        var network = try prepared()
        let jws = try network.sign(update("aaaa"), by: "\(code)#registry")
        let dots = jws.indices.filter { jws[$0] == UInt8(ascii: ".") }
        var refused = 0
        for index in stride(from: dots[0] + 1, to: dots[1], by: 7) {
            var changed = jws
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            guard let signed = try? SignedTransaction(parsing: changed) else { continue }
            #expect(signed.bytes != jws)
            let words = try network.append([changed])[0].words
            #expect(words != "applied")
            refused += 1
        }
        #expect(refused > 0)
        #expect(try network.append([jws])[0].words == "applied")
    }

    @Test("unknown, revoked, expired and pending keys sign nothing")
    func keys() throws {
        var network = try prepared()
        _ = try network.declare("\(code)#registry-9")
        #expect(try network.submit(update("a"), by: "\(code)#registry-9").words.hasPrefix("unknownKey: "))

        let declaration = try network.declare("\(code)#registry-2")
        try network.submit(.keyAdd(declaration), by: "\(code)#registry")
        #expect(try network.submit(update("b"), by: "\(code)#registry-2").words == "applied")
        try network.submit(.keyRevoke(KeyRevocation(key: declaration.id, reason: "lost")), by: "\(code)#registry")
        #expect(try network.submit(update("c"), by: "\(code)#registry-2").words.hasPrefix("inactiveKey: "))

        let pending = try IdentificationCode("MA.840.5363000")
        try network.submit(.identityApply(network.application(pending, ["registry"])), by: "\(pending)#registry")
        let words = try network.submit(
            .identityRetire(StatusChange(code: pending, reason: "r")), by: "\(pending)#registry"
        )
        .words
        #expect(words.hasPrefix("unknownKey: "))

        network.time = TestNetwork.start.adding(seconds: 86_400)
        #expect(try network.submit(update("d"), by: "\(code)#registry").words.hasPrefix("inactiveKey: "))
    }

    @Test("a stranger's application that a rule refuses is not recorded")
    func application() throws {
        var network = try prepared()
        let size = network.chain.log.size
        let taken = try network.application(IdentificationCode(code), ["registry-5"])
        #expect(try network.submit(.identityApply(taken), by: "\(code)#registry-5").words.hasPrefix("refused: "))
        #expect(network.chain.log.size == size)
    }

    @Test(
        "a transaction counts within an hour of its block",
        arguments: [(-3_601, false), (-3_600, true), (3_600, true), (3_601, false)])
    func time(_ distance: Int64, _ isTaken: Bool) throws {
        var network = try prepared()
        var transaction = try network.transaction(update("a"), by: "\(code)#registry")
        // A block of the test is made one second after its time.
        transaction.time = network.time.adding(seconds: 1 + distance)
        let words = try network.append([network.sign(transaction)])[0].words
        #expect(isTaken ? words == "applied" : words.hasPrefix("wrongTime: "), "\(words)")
    }

    @Test("a transaction can be bound to the genesis, which another network of the name does not have")
    func genesisBinding() throws {
        var network = try prepared()
        let genesis = try #require(network.state.network?.genesis)
        #expect(genesis == NetworkGenesis.fingerprint(of: network.blocks[0].transactions[0]))
        var transaction = try network.transaction(update("a"), by: "\(code)#registry")
        transaction.genesis = Hash(hashing: [1])
        #expect(try network.append([network.sign(transaction)])[0].words.hasPrefix("wrongNetwork: "))
        transaction.genesis = genesis
        #expect(try Transaction(parsing: network.sign(transaction)) == transaction)
        #expect(try network.append([network.sign(transaction)])[0].words == "applied")
    }

    @Test("before the genesis there is nothing, and after it no other")
    func genesis() throws {
        var network = try TestNetwork()
        let first = try SignedTransaction(parsing: try network.sign(update("a"), by: "MA.156.1301.90#registry"))
        var empty = LedgerState()
        #expect(empty.execute(first, at: TestNetwork.start).words.hasPrefix("refused: "))

        let again = NetworkGenesis(
            identities: [try network.application(IdentificationCode("MA.156.1301.95"), ["validator", "registry"])],
            registrars: [try IdentificationCode("MA.156.1301.95")], threshold: 1,
            validators: [try network.id("MA.156.1301.95#validator")])
        #expect(
            try network.submit(.networkGenesis(again), by: "MA.156.1301.95#registry").words
                == "refused: the network has begun already")
        #expect(
            try network.submit(.networkGenesis(again), by: "MA.156.1301.90#registry").words
                == "the network has begun already")
    }
}
