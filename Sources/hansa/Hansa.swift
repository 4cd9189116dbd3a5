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
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as CommandError {
            let terminal = Terminal.error
            terminal.write("\(terminal.paint("error:", .red)) \(error)\n")
            Foundation.exit(error.status.rawValue)
        } catch {
            // Wrong arguments are told with the usage, everything else in its own words.
            exit(withError: error)
        }
    }
}
