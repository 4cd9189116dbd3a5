/// What Yams says of a text that is not YAML, on one line and without the text itself.
enum YAMLProblem {
    static func words(_ error: any Error) -> String {
        "\(error)".split(separator: "\n").prefix { $0 != "Context:" }.prefix(2).joined(separator: ", ")
    }
}
