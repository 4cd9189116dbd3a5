import CityIdentity
import SharingPolicy
import Testing
import TransparencyLog

@testable import Ledger

/// The same leaves give the same state, by whatever way one comes to it.
@Suite struct ExecutionTests {
    /// A network in which much has happened, most of it at random and much of it refused.
    static func busy(_ seed: UInt64, steps: Int) throws -> TestNetwork {
        var random = SplitMix(state: seed)
        var network = try TestNetwork(registrars: 2, threshold: 1 + Int(seed % 2))
        let cities = ["MA.156.1301", "MA.840.5363000"]
        for city in cities { try network.admit(city, keys: ["registry", "policy-1", "policy-2", "exchange"]) }
        for step in 0..<steps {
            let city = cities.randomElement(using: &random) ?? cities[0]
            let unit = "\(city).0\(Int.random(in: 1...3, using: &random))"
            let signers = network.keys.keys.map(\.description).sorted()
            let signer = signers.randomElement(using: &random) ?? signers[0]
            let body = try body(step, city, unit, &network, &random)
            try network.submit(body, by: signer)
        }
        return network
    }

    private static func body(
        _ step: Int, _ city: String, _ unit: String, _ network: inout TestNetwork, _ random: inout SplitMix
    ) throws -> Transaction.Body {
        let code = try IdentificationCode(Bool.random(using: &random) ? city : unit)
        let change = StatusChange(code: code, reason: "step \(step)")
        let plain = try TestNetwork.policy(
            for: "\(city)/d\(Int.random(in: 0...2, using: &random))", prohibits: Bool.random(using: &random))
        let proposal = PolicyProposal(
            format: plain.format, document: plain.document,
            inForceFrom: Bool.random(using: &random) ? network.time.adding(seconds: 10) : nil,
            inForceUntil: Bool.random(using: &random) ? network.time.adding(seconds: 40) : nil,
            replaces: Bool.random(using: &random) ? try view(of: network).policies.first?.hash : nil)
        let decision = PolicyDecision(policy: PolicyHash(of: proposal.document))
        switch Int.random(in: 0..<13, using: &random) {
        case 0: return .identityDelegate(try network.application(IdentificationCode(unit), ["registry-\(step)"]))
        case 1: return .identitySuspend(change)
        case 2, 3: return .identityReinstate(change)
        case 4: return .identityUpdate(IdentityUpdate(code: code, contact: "c\(step)", policyApprovals: 1 + step % 2))
        case 5: return .keyAdd(try network.declare("\(code)#policy-\(step)"))
        case 6:
            let id = network.keys.keys.sorted().randomElement(using: &random)
            return .keyRevoke(KeyRevocation(key: try id ?? network.id("\(city)#exchange"), reason: "r"))
        case 7, 8:
            return .datasetPublish(try TestNetwork.dataset("\(city)/d\(step % 3)", origin: "https://o.test/\(step)/"))
        case 9: return .datasetWithdraw(DatasetWithdrawal(dataset: try DatasetIdentifier("\(city)/d\(step % 3)")))
        case 10: return .policyPropose(proposal)
        case 11: return .policyApprove(decision)
        default: return .policyWithdraw(decision)
        }
    }

    @Test("executed again from its blocks, and put together from its entries", arguments: 1...6 as ClosedRange<UInt64>)
    func again(_ seed: UInt64) async throws {
        let network = try Self.busy(seed, steps: 60)
        var chain = LedgerChain()
        var entries: [String: [UInt8]] = [:]
        for block in network.blocks {
            let executed = try chain.append(chain.executing(block))
            #expect(executed.block == block)
            for change in executed.changes { entries[change.key] = change.value }
        }
        #expect(chain.log.root == network.chain.log.root)
        #expect(chain.state.tree.root == network.state.tree.root)
        #expect(chain.state.tree.root == StateTreeTests.root(entries))

        let loaded = try await LedgerState.reading(entries.map { (key: $0.key, value: $0.value) })
        #expect(loaded.tree.root == chain.state.tree.root)
        #expect(loaded.identities == chain.state.identities)
        #expect(loaded.keys == chain.state.keys)
        #expect(loaded.datasets == chain.state.datasets)
        #expect(loaded.policies == chain.state.policies)
        #expect(loaded.sequences == chain.state.sequences)
        #expect(loaded.owners == chain.state.owners)
        for dataset in try ["MA.156.1301", "MA.840.5363000"].flatMap({ city in
            try (0...2).map { try DatasetIdentifier("\(city)/d\($0)") }
        }) {
            for seconds in [0, 10, 40] as [Int64] {
                let moment = chain.time.adding(seconds: seconds)
                #expect(
                    loaded.policiesInForce(for: dataset, at: moment)
                        == chain.state.policiesInForce(for: dataset, at: moment))
                #expect(
                    Set(loaded.policiesAbout(dataset, at: moment))
                        == Set(chain.state.policiesAbout(dataset, at: moment)))
            }
        }
        let outcomes = network.blocks.flatMap(\.transactions).count
        #expect(outcomes > 20)
    }

    @Test("a ledger of other rules is refused as one", arguments: [1, 2, 3, 5])
    func otherRules(_ version: Int) async throws {
        let network = try Self.busy(1, steps: 30)
        var chain = LedgerChain()
        var entries: [String: [UInt8]] = [:]
        for block in network.blocks {
            for change in try chain.append(chain.executing(block)).changes { entries[change.key] = change.value }
        }
        let text = String(decoding: entries["network"] ?? [], as: UTF8.self)
        entries["network"] = Array(text.replacing(#""version":4"#, with: #""version":\#(version)"#).utf8)
        let stored = entries.map { (key: $0.key, value: $0.value) }
        let error = await refusal { try await LedgerState.reading(stored) }
        #expect(error?.code == .storage)
        #expect(
            error?.message == "the ledger keeps the rules of version \(version), and this program those of 4")
    }

    @Test("what one state forgets no other has")
    func copies() throws {
        var network = try TestNetwork()
        let before = network.state
        try network.admit("MA.156.1301")
        #expect(before.identities.count == 1)
        #expect(network.state.identities.count == 2)
        #expect(before.tree.root != network.state.tree.root)
    }

    @Test(
        "a leaf that is nothing is a no-op, and the chain goes on",
        arguments: [[], [0], Array("{}".utf8), Array("a.b.c".utf8), [UInt8](repeating: 0xFF, count: 70_000)])
    func nonsense(_ leaf: [UInt8]) throws {
        var network = try TestNetwork()
        let header = network.chain.nextHeader(at: network.time)
        let update = IdentityUpdate(code: network.registrars[0], contact: "c")
        let good = try network.sign(.identityUpdate(update), by: "\(network.registrars[0])#registry")
        let draft = try network.chain.executing(Block(header: header, transactions: [leaf, good, good]))
        let executed = try network.chain.append(draft)
        guard case .noop = executed.outcomes[1], case .noop = executed.outcomes[3] else {
            Issue.record("\(executed.outcomes)")
            return
        }
        #expect(executed.outcomes[2] == .applied)
    }

    @Test("a header that does not follow is refused", arguments: ["height", "root", "state", "time"])
    func header(_ part: String) throws {
        let network = try TestNetwork()
        let right = network.chain.nextHeader(at: network.time)
        _ = try network.chain.executing(Block(header: right, transactions: []))
        let wrong = BlockHeader(
            height: right.height + (part == "height" ? 1 : 0),
            previousRoot: part == "root" ? Hash(hashing: [1]) : right.previousRoot,
            time: part == "time" ? network.chain.time.adding(milliseconds: -1) : right.time,
            stateRoot: part == "state" ? Hash(hashing: [1]) : right.stateRoot)
        let error = #expect(throws: LedgerError.self) {
            try network.chain.executing(Block(header: wrong, transactions: []))
        }
        #expect(error?.code == .corrupted)
    }

    @Test(
        "a header leaf has one form",
        arguments: [("height\":1", "height\":01"), (":", ": "), ("Z", "+00:00"), ("}}", "}}\n")])
    func headerForm(_ old: String, _ new: String) throws {
        let header = BlockHeader(
            height: 1, previousRoot: Hash(hashing: [1]), time: TestNetwork.start, stateRoot: Hash(hashing: [2]))
        #expect(try BlockHeader(parsing: header.bytes) == header)
        #expect(BlockHeader.isHeader(header.bytes))
        let text = String(decoding: header.bytes, as: UTF8.self).replacing(old, with: new)
        #expect(throws: LedgerError.self) { try BlockHeader(parsing: Array(text.utf8)) }
    }

    @Test("time never goes back, whatever the clock says")
    func clock() throws {
        var network = try TestNetwork()
        let before = network.chain.time
        network.time = before.adding(seconds: -900)
        let update = IdentityUpdate(code: network.registrars[0], contact: "c")
        try network.submit(.identityUpdate(update), by: "\(network.registrars[0])#registry")
        #expect(network.chain.time == before)
    }
}
