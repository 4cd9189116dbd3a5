import CityIdentity
import Foundation
import GRDB
import SharingPolicy
import Testing
import TransparencyLog

@testable import Ledger

@Suite struct LedgerTests {
    private let city = "MA.156.1301"

    private func prepared() async throws -> (TestNetwork, LedgerSetup, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        var network = try TestNetwork()
        try network.admit(city)
        try await network.write(to: directory.path)
        return (network, try network.setup(directory.path), directory)
    }

    private func update(_ contact: String) throws -> Transaction.Body {
        .identityUpdate(IdentityUpdate(code: try IdentificationCode(city), contact: contact))
    }

    @Test("a network begins with its genesis, once")
    func create() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        let network = try TestNetwork()
        let setup = try network.setup(directory.path)
        let genesis = network.blocks[0].transactions[0]
        let ledger = try await Ledger.create(directory: directory.path, genesis: genesis, settings: setup.settings())
        #expect(ledger.view.height == 0)
        #expect(ledger.view.size == 2)
        #expect(ledger.view.identity(network.registrars[0])?.status == .active)
        for file in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/" + file)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
        }
        try ledger.close()
        let error = await refusal {
            try await Ledger.create(directory: directory.path, genesis: genesis, settings: setup.settings())
        }
        #expect(error?.code == .storage)
        let again = try await Ledger.open(directory: directory.path, settings: setup.settings())
        #expect(again.view.head == ledger.view.head)
        try again.close()
    }

    @Test("a signer that is no validator makes no network and opens none")
    func strangeSigner() async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        var settings = try setup.settings()
        settings.signer = try NoteSigner(name: TestNetwork.name, seed: Array(repeating: 7, count: 32))
        let opening = await refusal { [settings] in
            try await Ledger.open(directory: directory.path, settings: settings)
        }
        #expect(opening?.code == .untrusted)
        let creating = await refusal { [settings] in
            let genesis = network.blocks[0].transactions[0]
            return try await Ledger.create(directory: directory.path + "/new", genesis: genesis, settings: settings)
        }
        #expect(creating?.code == .untrusted)
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/new/ledger.sqlite"))
    }

    @Test("where there is no ledger none is opened, or made")
    func nothing() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        let setup = try TestNetwork().setup(directory.path)
        let error = await refusal {
            try await Ledger.open(directory: directory.path, settings: setup.settings())
        }
        #expect(error?.code == .notFound)
        #expect(throws: LedgerError.self) { try LedgerArchive(directory: directory.path) }
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/ledger.sqlite"))
    }

    @Test("commits reach the disk before they are answered")
    func synchronous() async throws {
        let (_, _, directory) = try await prepared()
        defer { directory.keep() }
        let store = try LedgerStore(directory: directory.path, creating: false)
        #expect(try store.synchronous() == 2)
        try store.close()
    }

    @Test("a second ledger does not get the directory")
    func lock() async throws {
        let (_, setup, directory) = try await prepared()
        defer { directory.keep() }
        let ledger = try await Ledger.open(directory: directory.path, settings: setup.settings())
        let error = await refusal {
            try await Ledger.open(directory: directory.path, settings: setup.settings())
        }
        #expect(error?.code == .locked)
        // Reading beside it is allowed.
        let archive = try LedgerArchive(directory: directory.path)
        #expect(try await archive.checkpoint() == ledger.view.checkpoint)
        try ledger.close()
        try await Ledger.open(directory: directory.path, settings: setup.settings()).close()
    }

    @Test("what is submitted stands on the ledger, and still does after a restart")
    func submit() async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        let jws = try network.sign(update("new@city.test"), by: "\(city)#registry")
        let code = try IdentificationCode(city)
        let submission = try await withRunningLedger(setup) { ledger in
            let before = ledger.view
            let submission = try await ledger.submit(jws)
            #expect(ledger.view.identity(code)?.profile.contact == "new@city.test")
            #expect(before.identity(code)?.profile.contact == nil)
            #expect(ledger.view.height == before.height + 1)
            let replay = await refusal { try await ledger.submit(jws) }
            #expect(replay?.code == .wrongSequence)
            #expect(ledger.view.height == before.height + 1)
            return submission
        }
        #expect(submission.outcome == .applied)
        let archive = try LedgerArchive(directory: directory.path)
        let entry = try await archive.entry(at: submission.index)
        #expect(entry.data == jws)
        #expect(entry.outcome == .applied)
        let ledger = try await Ledger.open(directory: directory.path, settings: setup.settings())
        #expect(ledger.view.height == submission.height)
        #expect(ledger.view.identity(code)?.profile.contact == "new@city.test")
        try ledger.close()
    }

    @Test("a no-op is recorded with its reason")
    func noop() async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        let jws = try network.sign(update("c"), by: "\(city)#exchange")
        try await withRunningLedger(setup) { ledger in
            let submission = try await ledger.submit(jws)
            guard case .noop(let reason) = submission.outcome else {
                Issue.record("\(submission)")
                return
            }
            #expect(reason.contains("`registry`"))
            #expect(try await ledger.archive.entry(at: submission.index).outcome == .noop(reason))
        }
    }

    @Test(
        "what can be foreseen to change nothing is refused with the reason that would be recorded, where that is asked for"
    )
    func strict() async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        let foreign = Transaction.Body.datasetWithdraw(
            DatasetWithdrawal(dataset: try DatasetIdentifier("\(city)/nothing"), reason: nil))
        let refused = try network.sign(foreign, by: "\(city)#registry")
        try await withRunningLedger(setup) { ledger in
            let size = ledger.view.size
            let error = await refusal { try await ledger.submit(refused, isStrict: true) }
            #expect(error?.code == .refused)
            #expect(ledger.view.size == size)
            let recorded = try await ledger.submit(refused)
            #expect(recorded.outcome == .noop(error?.message ?? ""))
            #expect(ledger.view.size > size)
        }
    }

    @Test("many at once share blocks, and each gets its own place")
    func groupCommit() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.keep() }
        var network = try TestNetwork()
        let names = (1...64).map { "registry-\($0)" }
        try network.admit(city)
        for name in names { try network.submit(.keyAdd(network.declare("\(city)#\(name)")), by: "\(city)#registry") }
        try await network.write(to: directory.path)
        let batch = try names.map { try network.sign(update($0), by: "\(city)#\($0)") }
        var settings = try network.setup(directory.path).settings()
        settings.limits.window = .milliseconds(200)
        try await withRunningLedger(network.setup(directory.path), settings: settings) { ledger in
            let before = ledger.view
            let submissions = try await withThrowingTaskGroup(of: ([UInt8], Submission).self) { group in
                for jws in batch { group.addTask { (jws, try await ledger.submit(jws)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(submissions.map(\.1.index)).count == batch.count)
            for (jws, submission) in submissions {
                #expect(try await ledger.archive.entry(at: submission.index).data == jws)
            }
            #expect(ledger.view.height - before.height < 8)
            #expect(ledger.view.size - before.size == UInt64(batch.count) + ledger.view.height - before.height)
        }
    }

    @Test("where too many wait more are refused, and those that wait are recorded")
    func overload() async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        var settings = try setup.settings()
        settings.limits = BatchLimits(window: .milliseconds(300), block: 100, waiting: 1)
        let (first, second) = try (
            network.sign(update("1"), by: "\(city)#registry"), network.sign(update("2"), by: "\(city)#policy-1")
        )
        try await withRunningLedger(setup, settings: settings) { ledger in
            async let waiting = ledger.submit(first)
            while ledger.waiting == 0 { await Task.yield() }
            let error = await refusal { try await ledger.submit(second) }
            #expect(error?.code == .overloaded)
            #expect(try await waiting.outcome == .applied)
            _ = try await ledger.submit(second)
        }
    }

    @Test("a code has so many keys and no more, and a ledger with them all can be opened")
    func manyKeys() async throws {
        var (network, _, directory) = try await prepared()
        defer { directory.keep() }
        let code = try IdentificationCode(city)
        let left = try IdentityRecord.keyLimit - #require(network.state.identity(code)).keys.count
        var jws: [[UInt8]] = []
        for number in 0...left {
            let name = "exchange-" + String(repeating: "k", count: 18) + String(10_000 + number)
            var transaction = try network.transaction(
                .keyAdd(network.declare("\(city)#\(name)")), by: "\(city)#registry")
            transaction.sequence += UInt64(number)
            jws.append(try network.sign(transaction))
        }
        let words = try network.append(jws).map(\.words)
        #expect(words.dropLast().allSatisfy { $0 == "applied" })
        #expect(words.last?.hasPrefix("`\(city)` has had 1024 keys") == true)
        let fresh = try TemporaryDirectory()
        defer { fresh.keep() }
        try await network.write(to: fresh.path)
        let view = try await LedgerArchive(directory: fresh.path).view()
        #expect(view.keys(of: code).count == IdentityRecord.keyLimit)
        let registry = try view.registryCheckpoint(of: [code]).verified(trusting: view.validatorKeys)
        #expect(try registry.identity(code) == view.identity(code))
    }

    @Test("what cannot count takes nobody's place in the queue")
    func refusals() async throws {
        var (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        var settings = try setup.settings()
        settings.limits.waiting = 0
        let good = try network.sign(update("1"), by: "\(city)#registry")
        _ = try network.declare("\(city)#registry-9")
        let unknown = try network.sign(update("2"), by: "\(city)#registry-9")
        var transaction = try network.transaction(update("3"), by: "\(city)#registry")
        let forged = try transaction.signed(by: #require(network.keys[network.id("\(city)#registry-9")]))
        transaction.sequence -= 1
        let old = try network.sign(transaction)
        let expected: [([UInt8], LedgerError.Code)] = [
            (good, .overloaded), (unknown, .unknownKey), (forged, .invalidSignature), (old, .wrongSequence),
        ]
        try await withRunningLedger(setup, settings: settings) { ledger in
            for (jws, code) in expected { #expect(await refusal { try await ledger.submit(jws) }?.code == code) }
        }
    }

    @Test("a ledger that does not run says so, and one that stops records what it took")
    func stopping() async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        let jws = try network.sign(update("last"), by: "\(city)#registry")
        let idle = try await Ledger.open(directory: directory.path, settings: setup.settings())
        let error = await refusal { try await idle.submit(jws) }
        #expect(error?.code == .stopped)
        try idle.close()

        var settings = try setup.settings()
        settings.limits.window = .seconds(60)
        let ledger = try await Ledger.open(directory: directory.path, settings: settings)
        let running = Task { try await ledger.run() }
        while !ledger.isRunning { await Task.yield() }
        async let submission = ledger.submit(jws)
        while ledger.waiting == 0 { await Task.yield() }
        running.cancel()
        #expect(try await submission.outcome == .applied)
        try await running.value
        let late = await refusal { try await ledger.submit(jws) }
        #expect(late?.code == .stopped)
        try ledger.close()
    }

    @Test("listeners get the newest view, and every revocation in one")
    func updates() async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        let id = try network.id("\(city)#exchange")
        let jws = try network.sign(.keyRevoke(KeyRevocation(key: id, reason: "lost")), by: id.description)
        try await withRunningLedger(setup) { ledger in
            var updates = ledger.updates().makeAsyncIterator()
            let first = await updates.next()
            #expect(first?.key(id)?.revocation == nil)
            _ = try await ledger.submit(jws)
            let second = await updates.next()
            #expect(second?.key(id)?.revocation != nil)
            #expect(second?.key(spki: first?.key(id)?.publicKey.spki ?? [])?.id == id)
        }
    }

    @Test(
        "a block that cannot be stored leaves nothing behind, and can be made again",
        arguments: ["leaf", "tile", "state", "block"])
    func failure(_ table: String) async throws {
        let (network, setup, directory) = try await prepared()
        defer { directory.keep() }
        let jws = try network.sign(update("c"), by: "\(city)#registry")
        let fault = """
            CREATE TRIGGER fault BEFORE INSERT ON \(table) BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
            """
        let database = try DatabaseQueue(path: directory.path + "/ledger.sqlite")
        try await withRunningLedger(setup) { ledger in
            let before = ledger.view
            try await database.write { db in try db.execute(sql: fault) }
            let error = await refusal { try await ledger.submit(jws) }
            #expect(error?.code == .storage)
            #expect(ledger.view === before)
            #expect(try await ledger.archive.checkpoint() == before.checkpoint)
            #expect(await refusal { try await ledger.archive.entry(at: before.size) }?.code == .notFound)

            try await database.write { db in try db.execute(sql: "DROP TRIGGER fault") }
            let submission = try await ledger.submit(jws)
            #expect(submission.outcome == .applied)
            #expect(submission.height == before.height + 1)
        }
        try database.close()
        _ = try await Ledger.verify(
            LedgerArchive(directory: directory.path), trusting: .keys([network.validator().verifierKey]))
    }

    @Test(
        "a store that was tampered with is not opened",
        arguments: [
            "UPDATE state SET value = replace(value, 'active', 'retired') WHERE key = 'identity/MA.156.1301'",
            "DELETE FROM state WHERE key = 'identity/MA.156.1301'",
            "UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 0",
            "DELETE FROM tile", "DELETE FROM block WHERE height = (SELECT max(height) FROM block)",
            "INSERT INTO state (key, value) VALUES ('sequence/MA.156.1301#exchange', '3')",
            "UPDATE block SET checkpoint = replace(checkpoint, 'block', 'blocc')",
            // The roots fit, and the signature does not.
            "UPDATE block SET checkpoint = replace(checkpoint, 'T22:', 'T23:')",
        ])
    func tampering(_ statement: String) async throws {
        let (_, setup, directory) = try await prepared()
        defer { directory.keep() }
        let database = try DatabaseQueue(path: directory.path + "/ledger.sqlite")
        try await database.write { db in try db.execute(sql: statement) }
        try database.close()
        let error = await refusal {
            try await Ledger.open(directory: directory.path, settings: setup.settings()).close()
        }
        #expect(error != nil)
    }
}
