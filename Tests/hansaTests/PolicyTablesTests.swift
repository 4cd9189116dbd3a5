import Foundation
import Testing

@testable import hansa

@Suite struct PolicyTablesTests {
    private static let policies = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Policies").path
    private let program: Program

    init() throws {
        program = try Program()
        try FileManager.default.createDirectory(atPath: program.path("below"), withIntermediateDirectories: true)
        for name in ["b.yaml", "b.tests.yaml", "a.tests.yaml", "lone.yaml", "below/c.tests.yaml"] {
            _ = try program.write("", to: name)
        }
    }

    @Test func `a policy stands for the table beside it, a directory for all below, and none is read twice`() throws {
        let path = program.path
        #expect(try PolicyTables.files([path("b.yaml")]) == [path("b.tests.yaml")])
        #expect(
            try PolicyTables.files([path("lone.yaml"), path("none.yaml")]) == [path("lone.yaml"), path("none.yaml")])
        #expect(
            try PolicyTables.files([program.directory, path("b.yaml"), path("below/../a.tests.yaml")])
                == [path("a.tests.yaml"), path("b.tests.yaml"), path("below/c.tests.yaml")])
    }

    @Test func `a directory without tables is no success`() throws {
        let empty = program.path("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        let error = #expect(throws: CommandError.self) { try PolicyTables.files([empty]) }
        #expect(error?.status == .input)
        #expect(error?.message.contains("is a table of tests") == true)
    }

    @Test func `a table alone is no policy, and is passed over beside policies`() async throws {
        let table = Self.policies + "/templates/research.tests.yaml"
        let alone = try await program.run("policy", "check", table, "--offline")
        #expect(alone.status == ExitStatus.input.rawValue && alone.output.isEmpty, "\(alone)")
        #expect(alone.error.contains("is a table of tests") && alone.error.contains("hansa policy test"), "\(alone)")
        let beside = try await program.run(
            "policy", "check", table, Self.policies + "/templates/research.yaml", "--offline")
        #expect(beside.status == 0 && !beside.output.contains(".tests.yaml"), "\(beside)")
    }

    @Test func `the examples hold, and a policy without a table says where one is looked for`() async throws {
        let held = try await program.run("policy", "test", Self.policies)
        #expect(held.status == 0 && held.output.contains("tests hold"), "\(held)")
        let refused = try await program.run(
            "policy", "test", Self.policies + "/seattle-weather-exclusion.yaml")
        #expect(refused.status == ExitStatus.input.rawValue)
        #expect(refused.error.contains("looked for beside it"), "\(refused)")
    }
}
