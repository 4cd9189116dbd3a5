import ArgumentParser
import Foundation
import SharingPolicy
import StrictJSON

struct PolicyTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Try policies on the requests in tables beside them.",
        discussion: """
            A table, NAME.tests.yaml, names policies and lists requests with the decision that is expected of each. Exit code 2
            means that some came out otherwise.
            Example: hansa policy test Policies/seattle-weather.yaml
            Example: hansa policy test Policies
            """)

    @OptionGroup var output: OutputOptions

    @Argument(help: "Tables, policies with a table beside them, or directories.", completion: .file())
    var files: [String]

    func run() async throws {
        var (text, tables): (String, [JSONValue]) = ("", [])
        var (failed, count) = (0, 0)
        let files = try PolicyTables.files(files)
        for file in files {
            let results = try Self.results(file)
            let failures = results.filter { !$0.holds }
            (failed, count) = (failed + failures.count, count + results.count)
            text +=
                "\(failures.isEmpty ? "✓" : "✗") \(file)  \(results.count - failures.count) of \(results.count) hold\n"
            text += failures.map(Self.lines).joined()
            tables.append(["file": JSONValue(file), "tests": JSONValue(results.map(Self.json))])
        }
        if files.count > 1 { text += "\(count - failed) of \(count) tests hold\n" }
        output.print(
            json: ["tables": JSONValue(tables), "count": JSONValue(count), "failed": JSONValue(failed)], text: text)
        if failed > 0 { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// Reads a table and the policies it names, and asks them.
    static func results(_ file: String) throws -> [PolicyTestResult] {
        let bytes = try InputFile.bytes(file)
        let table: PolicyTable
        do { table = try PolicyTable(parsing: bytes) } catch {
            throw CommandError(
                .input, "`\(file)` is not a table of tests",
                advice:
                    "a policy's table is looked for beside it, NAME\(PolicyTables.suffix); Policies/README.md shows one",
                cause: error)
        }
        let directory = URL(fileURLWithPath: file).deletingLastPathComponent()
        let policies = try table.policies.map { name in
            try PolicyFile.proposable(URL(fileURLWithPath: name, relativeTo: directory).path)
        }
        return table.run(PolicySet(policies))
    }

    private static func lines(_ result: PolicyTestResult) -> String {
        let explanation = result.decision.explanation.split(separator: "\n").map { "      \(String($0).printable)\n" }
        return "  ✗ \(result.test.name.printable)\n" + result.differences.map { "    \($0.printable)\n" }.joined()
            + explanation.joined()
    }

    private static func json(_ result: PolicyTestResult) -> JSONValue {
        [
            "name": JSONValue(result.test.name), "holds": JSONValue(result.holds),
            "differences": JSONValue(result.differences.map { JSONValue($0) }), "decision": result.decision.json,
        ]
    }
}
