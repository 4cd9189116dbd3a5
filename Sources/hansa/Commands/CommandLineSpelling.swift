import ArgumentParser
import SharingPolicy

/// Finds a misspelt command, of which the parser says only that it is unexpected.
enum CommandLineSpelling {
    /// - Throws: `CommandError` naming the command that was probably meant.
    static func check(_ arguments: [String], of command: any ParsableCommand.Type) throws {
        let configuration = command.configuration
        let known = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
        guard !known.isEmpty, let word = arguments.first, !word.hasPrefix("-") else { return }
        if word == "help", command == Hansa.self { return try check(Array(arguments.dropFirst()), of: command) }
        if let next = known.first(where: { $0._commandName == word }) {
            return try check(Array(arguments.dropFirst()), of: next)
        }
        let hint = nearestName(to: word, among: known.map { $0._commandName })
        throw CommandError(
            .usage, "`\(word.printable)` is no command",
            advice: hint.map { "did you mean `\($0)`?" } ?? "`hansa --help` lists the commands")
    }
}
