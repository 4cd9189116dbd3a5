import ArgumentParser
import Foundation

/// The command line: what each command does stands with the command.
@main
struct Hansa: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "hansa",
        abstract: "Cities exchange data under rules that stand on a ledger they share.",
        discussion: """
            Try it: hansa demo
            Shell completion: --generate-completion-script bash, zsh or fish; Documentation/commands.md says where to.

            Exit codes, the same for every command:
            \(ExitStatus.allCases.map { "  \($0.rawValue)\t\($0.meaning)" }.joined(separator: "\n"))
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Running a node",
                subcommands: [NetworkCommand.self, Serve.self, Doctor.self, BenchCommand.self, Demo.self]),
            CommandGroup(
                name: "Taking part",
                subcommands: [IdentityCommand.self, KeyCommand.self, DatasetCommand.self, PolicyCommand.self]),
            CommandGroup(name: "Exchanging", subcommands: [Resolve.self, Fetch.self, Send.self]),
            CommandGroup(
                name: "Checking", subcommands: [ReceiptsCommand.self, LedgerCommand.self, CodeCommand.self]),
        ])

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        do {
            try CommandLineSpelling.check(Array(CommandLine.arguments.dropFirst()), of: Hansa.self)
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as CommandError {
            fail("\(error)", error.status.rawValue)
        } catch {
            // Wrong arguments are told with the usage, everything else in its own words; help is no error.
            let code = exitCode(for: error).rawValue
            let text = fullMessage(for: error)
            if code == 0 || text.isEmpty { exit(withError: error) }
            fail(text.hasPrefix("Error: ") ? String(text.dropFirst("Error: ".count)) : text, code)
        }
    }

    private static func fail(_ text: String, _ code: Int32) -> Never {
        let terminal = Terminal.error
        terminal.write("\(terminal.paint("error:", .red)) \(text)\n")
        Foundation.exit(code)
    }
}
