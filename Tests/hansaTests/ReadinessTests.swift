import CityIdentity
import Foundation
import Ledger
import Logging
import Testing

@testable import hansa

@Suite struct ReadinessTests {
    /// A load balancer hears of a clock that is behind the ledger.
    @Test(.timeLimit(.minutes(2))) func aClockBehindTheLedgerIsNotReady() async throws {
        let program = try Program()
        let node = program.path("node")
        let begun = try await program.run(
            "network", "init", "--directory", node, "--name", "ledger.example/clock", "--operator", "MA.156.1301.90")
        #expect(begun.status == 0, "\(begun.error)")
        let configuration = try await NodeConfiguration.read(directory: node)
        let running = try await RunningNode(
            configuration: configuration, metrics: PrometheusRegistry(), logger: Logger(label: "test"))
        defer { running.close() }
        let readiness = Readiness(
            ledger: running.ledger, receipts: running.receipts, configuration: configuration, isListening: { true })
        let block = running.ledger.view.time
        #expect(readiness.reasons(at: block.adding(seconds: 1)).isEmpty)
        #expect(readiness.reasons(at: block.adding(seconds: -5)).isEmpty)
        #expect(
            readiness.reasons(at: block.adding(seconds: -60)) == ["the clock is 60 s behind the ledger's newest block"])
        // Ended keys are ended, whatever the clock says.
        let late = readiness.reasons(at: block.adding(seconds: 100 * 365 * 86_400))
        #expect(late.count == 3)
        let early = Readiness(
            ledger: running.ledger, receipts: running.receipts, configuration: configuration, isListening: { false })
        #expect(early.reasons(at: block.adding(seconds: 1)) == ["the exchange listener takes no connections"])
    }
}
