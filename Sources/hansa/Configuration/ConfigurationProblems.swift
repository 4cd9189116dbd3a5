import SharingPolicy

/// Everything that is wrong with a configuration, each problem with its place and what was expected there.
struct ConfigurationProblems: Error, CustomStringConvertible {
    let problems: [String]

    var description: String {
        problems.joined(separator: "\n")
    }

    var commandError: CommandError {
        let count = problems.count == 1 ? "the configuration has a problem" : "the configuration has problems"
        return CommandError(.configuration, ([count + ":"] + problems.map { "  " + $0 }).joined(separator: "\n"))
    }

    static func unknown(_ name: String, place: String, known: [String]) -> String {
        var text = "\(place): unknown key `\(name)`"
        if let nearest = nearestName(to: name, among: known) { text += "; did you mean `\(nearest)`?" }
        return text
    }

    static func wrong(_ name: String, value: String, kind: SettingKind, place: String) -> String {
        "\(place): `\(name)` is `\(value)`, expected \(kind.expectation)"
    }
}
