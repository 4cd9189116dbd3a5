import CityIdentity
import Foundation
import Logging
import TransparencyLog

@testable import Ledger

/// A directory that is gone when the test is over.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/ledger-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Called at the end of a scope, keeps the directory until then.
    func keep() {}

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Everything that a process needs to run a test's ledger, in a form that can be handed to one.
struct LedgerSetup: Codable, Sendable {
    var directory: String
    var validatorSeed: [UInt8]

    func settings() throws -> Ledger.Settings {
        var settings = Ledger.Settings(
            signer: try NoteSigner(name: TestNetwork.name, seed: validatorSeed))
        settings.clock = { TestNetwork.start.adding(seconds: 3_600) }
        settings.limits.window = .milliseconds(1)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        settings.logger = logger
        return settings
    }
}

extension TestNetwork {
    func setup(_ directory: String) throws -> LedgerSetup {
        let id = try KeyIdentifier(code: registrars[0], name: "validator")
        return LedgerSetup(directory: directory, validatorSeed: keys[id]?.ed25519Seed ?? [])
    }

    /// Writes the chain so far to a directory, block by block as it was made.
    func write(to directory: String) async throws {
        let store = try LedgerStore(directory: directory, creating: true)
        var copy = LedgerChain()
        for block in blocks {
            let executed = try copy.append(copy.executing(block))
            try await store.commit(executed, checkpoint: executed.head.signed(by: validator()), observer: nil)
        }
        try store.close()
    }
}

/// Runs a ledger while the body uses it, and closes it.
func withRunningLedger<Value: Sendable>(
    _ setup: LedgerSetup, settings: Ledger.Settings? = nil, _ body: @Sendable (Ledger) async throws -> Value
) async throws -> Value {
    let ledger = try await Ledger.open(directory: setup.directory, settings: settings ?? setup.settings())
    let value = try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await ledger.run() }
        // The task may not have begun yet; a ledger that does not run says so.
        while !ledger.isRunning { await Task.yield() }
        let value = try await body(ledger)
        group.cancelAll()
        try await group.waitForAll()
        return value
    }
    try ledger.close()
    return value
}

/// The error with which a ledger refuses something; `nil` where it does it.
func refusal<Value>(_ body: () async throws -> Value) async -> LedgerError? {
    do { _ = try await body() } catch { return error as? LedgerError }
    return nil
}
