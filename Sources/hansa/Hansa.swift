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
        subcommands: [KeyCommand.self])

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
            exit(withError: error)
        }
    }
}
