import ArgumentParser
import CityIdentity
import Foundation
import Relay
import Testing

@testable import hansa

@Suite struct DocumentationTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test(arguments: ConfigurationSchema.node.settings.map(\.key) + ConfigurationSchema.profile.settings.map(\.key))
    func everySettingIsDescribedAsItIs(key: String) throws {
        let setting = try #require(ConfigurationSchema.node[key] ?? ConfigurationSchema.profile[key])
        let standard = setting.standard.map { "`\($0)`" } ?? "not set"
        let row =
            "| `\(key)` | `\(setting.environmentName)` | \(setting.kind.expectation) | \(standard) | \(setting.summary) |"
        #expect(try Self.text("Documentation/configuration.md").contains(row + "\n"))
    }

    @Test func noSettingIsDescribedThatIsNotThere() throws {
        let rows = try Self.text("Documentation/configuration.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == ConfigurationSchema.node.settings.count + ConfigurationSchema.profile.settings.count)
    }

    @Test func theExampleIsAConfigurationAtItsStandards() async throws {
        let path = Self.root.appendingPathComponent("Documentation/hansa.example.yaml").path
        #expect(
            ConfigurationSchema.node.problems(yaml: try Self.text("Documentation/hansa.example.yaml"), file: "f")
                .isEmpty)
        let settings = try await SettingsReader(
            schema: .node, file: path, environment: [:], flags: [:], knownEnvironment: [])
        for setting in ConfigurationSchema.node.settings where setting.standard != nil {
            #expect(settings[setting.key] == setting.standard, "\(setting.key)")
        }
        let configuration = try NodeConfiguration(settings)
        #expect(configuration.code.description == "MA.156.1301.90")
        #expect(try configuration.gateway().limits.headerSize == 32_768)
    }

    @Test(arguments: hansa.ExitStatus.allCases)
    func everyExitCodeIsDescribed(status: hansa.ExitStatus) throws {
        #expect(try Self.text("Documentation/commands.md").contains("| \(status.rawValue) | \(status.meaning) |\n"))
    }

    @Test(arguments: commands(of: Hansa.self, path: []))
    func everyCommandHasAnExampleThatParses(command: CommandPath) throws {
        let discussion = command.type.configuration.discussion
        let examples = discussion.components(separatedBy: "\n").flatMap { line -> [String] in
            guard let range = line.range(of: "hansa "), line.contains("Example") || line.contains(": hansa") else {
                return []
            }
            return String(line[range.lowerBound...]).components(separatedBy: "   or   ").flatMap {
                $0.components(separatedBy: " && ")
            }
        }
        #expect(!examples.isEmpty, "\(command.path) has no example")
        for example in examples where !example.hasSuffix("\\") {
            let words = Self.words(example)
            #expect(throws: Never.self, "\(example)") { try Hansa.parseAsRoot(Array(words.dropFirst())) }
            for file in words where file.hasPrefix("Policies/") && !file.contains("*") {
                #expect(throws: Never.self, "\(example)") { try Self.text(file) }
            }
        }
        #expect(examples.contains { Self.words($0).dropFirst().starts(with: command.path) }, "\(command.path)")
    }

    /// Splits a line as a shell does, as far as the examples need it.
    private static func words(_ line: String) -> [String] {
        var words: [String] = [""]
        var quoted = false
        for character in line.prefix(while: { $0 != ">" }) {
            switch character {
            case "\"": quoted.toggle()
            case " " where !quoted: words.append("")
            default: words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }
}

/// A command with the words that lead to it.
struct CommandPath: Sendable, CustomTestStringConvertible {
    let type: any ParsableCommand.Type
    let path: [String]

    var testDescription: String { path.joined(separator: " ") }
}

/// The commands of all levels.
func commands(of type: any ParsableCommand.Type, path: [String]) -> [CommandPath] {
    let subcommands = type.configuration.subcommands + type.configuration.groupedSubcommands.flatMap(\.subcommands)
    return [CommandPath(type: type, path: path)]
        + subcommands.flatMap { commands(of: $0, path: path + [$0._commandName]) }
}
