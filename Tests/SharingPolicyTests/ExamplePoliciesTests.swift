import CityIdentity
import Foundation
import Testing

@testable import SharingPolicy

/// The repository's example policies say what their comments say.
@Suite struct ExamplePoliciesTests {
    static let files = documents(in: Fixture.policies).filter { !$0.path.hasSuffix(".tests.yaml") }
    static let templates = documents(in: Fixture.policies.appendingPathComponent("templates")).filter {
        !$0.path.hasSuffix(".tests.yaml")
    }
    static let tables = [Fixture.policies, Fixture.policies.appendingPathComponent("templates")].flatMap(documents)
        .filter { $0.path.hasSuffix(".tests.yaml") }

    private static func documents(in directory: URL) -> [URL] {
        let files = try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        return (files ?? []).filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
    }

    private static func all() throws -> PolicySet {
        PolicySet(try files.map { try Policy(parsing: Array(try Data(contentsOf: $0)), format: .yaml) })
    }

    @Test(arguments: files + templates)
    func `every example may be proposed by its provider, and nothing in it is without effect`(file: URL) throws {
        let policy = try Policy(parsing: Array(try Data(contentsOf: file)), format: .yaml)
        let provider = try #require(policy.datasets.first?.provider)
        #expect(policy.checkForProposal(by: provider).isEmpty)
        #expect(policy.lint(at: Fixture.noon).isEmpty)
    }

    @Test(arguments: tables)
    func `every table beside a policy holds`(file: URL) throws {
        let table = try PolicyTable(parsing: Array(try Data(contentsOf: file)))
        let directory = file.deletingLastPathComponent()
        let policies = try table.policies.map { name in
            try Policy(parsing: Array(try Data(contentsOf: directory.appendingPathComponent(name))), format: .yaml)
        }
        for result in table.run(PolicySet(policies)) {
            #expect(result.holds, "\(result.test.name): \(result.differences)")
        }
    }

    @Test func `every template has a table`() {
        #expect(Self.templates.count >= 6)
        let tables = Set(Self.tables.map(\.path))
        for template in Self.templates {
            #expect(tables.contains(template.deletingPathExtension().path + ".tests.yaml"))
        }
    }

    @Test(
        arguments: [
            ("MA.840.5363000", "MA.156.1301/divisions", "research", "2026-11-22T12:00:00Z", true, 0),
            ("MA.840.0667000.01", "MA.156.1301/divisions", "research", "2026-11-22T12:00:00Z", true, 0),
            ("MA.840.5363000", "MA.156.1301/divisions", "advertising", "2026-11-22T12:00:00Z", false, 0),
            ("MA.156.1302", "MA.156.1301/divisions", "research", "2026-11-22T12:00:00Z", false, 0),
            ("MA.156.1301", "MA.840.5363000/weather", "planning", "2026-11-22T12:00:00Z", true, 1),
            ("MA.156.1301.01", "MA.840.5363000/weather", "research", "2026-11-22T12:00:00Z", true, 1),
            ("MA.156.1301.02", "MA.840.5363000/weather", "research", "2026-11-22T12:00:00Z", false, 0),
            ("MA.840.5363000", "MA.840.0667000/temperatures", nil, "2026-11-22T12:00:00Z", true, 0),
            ("MA.840.5363000", "MA.840.0667000/temperatures", nil, "2036-01-01T07:59:59Z", true, 0),
            ("MA.840.5363000", "MA.840.0667000/temperatures", nil, "2036-01-01T08:00:00Z", false, 0),
            ("MA.156.1301", "MA.840.0667000/temperatures", nil, "2026-11-22T12:00:00Z", false, 0),
        ] as [(String, String, String?, String, Bool, Int)])
    func `requests come out as the comments say`(
        consumer: String, dataset: String, purpose: String?, time: String, permits: Bool, duties: Int
    ) throws {
        let request = Fixture.request(consumer: consumer, dataset: dataset, purpose: purpose, time: time)
        let decision = try Self.all().evaluate(request, EvaluationState { _ in 0 })
        #expect(decision.isPermit == permits, "\(decision.explanation)")
        #expect(decision.duties.count == duties)
    }

    @Test(
        arguments: [
            ("write", 10 << 20, 59, true), ("modify", 1, 0, true), ("write", (10 << 20) + 1, 0, false),
            ("write", 1, 60, false), ("write", nil, 0, false), ("read", 1, 0, false),
        ] as [(String, Int?, UInt64, Bool)])
    func `reports may be sent, within their size and number`(action: String, size: Int?, sent: UInt64, permits: Bool)
        throws
    {
        let request = Fixture.request(
            dataset: "MA.840.0667000/air-reports", action: action, purpose: "planning", size: size)
        let decision = try Self.all().evaluate(request, EvaluationState { _ in sent })
        #expect(decision.isPermit == permits, "\(decision.explanation)")
    }

    @Test func `the thousandth request of a day passes and the next does not`() throws {
        let request = Fixture.request(consumer: "MA.156.1301", dataset: "MA.840.5363000/weather")
        #expect(try Self.all().evaluate(request, EvaluationState { _ in 999 }).isPermit)
        #expect(try !Self.all().evaluate(request, EvaluationState { _ in 1000 }).isPermit)
    }
}
