import ArgumentParser
import CityIdentity
import SharingPolicy
import StrictJSON

struct PolicyCompare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Decide whether policies permit the same, more or less than others.",
        discussion: """
            Each side is a file, or the hash of a policy on the ledger, which ends when it does there; several, joined by commas,
            are asked together. Where the sides differ, a request that they decide differently is shown. Exit code 2 means
            they are not equal, or that it cannot be told.
            Example: hansa policy compare Policies/shijiazhuang-divisions.yaml Policies/templates/open-data.yaml
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Policies: files or hashes, joined by commas.", completion: .file())
    var first: String

    @Argument(help: "Other policies.", completion: .file())
    var second: String

    func run() async throws {
        let (left, right) = (
            try await PolicySource.policies(first, home: home), try await PolicySource.policies(second, home: home)
        )
        let comparison = left.compared(with: right, near: .now())
        output.print(json: comparison.json, text: text(comparison).map(\.printable).joined(separator: "\n"))
        if comparison.relation != .equal { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private func text(_ comparison: PolicyComparison) -> [String] {
        [comparison.limit.map { "undecided: \($0.words)" } ?? comparison.relation.sentence]
            + [
                (comparison.moreInFirst, "the first gives more to"),
                (comparison.moreInSecond, "the second gives more to"),
            ].flatMap { difference, words in
                difference.map { found in
                    [
                        "", "\(words) \(found.situation.words):", "  first:  \(found.first.summary)",
                        "  second: \(found.second.summary)",
                    ]
                } ?? []
            }
    }
}

extension PolicyComparison.Relation {
    /// The relation as an answer.
    var sentence: String {
        switch self {
        case .equal: "equal: every request is decided alike"
        case .wider: "wider: the first permits all that the second does, and more"
        case .narrower: "narrower: the first permits only what the second does, and less"
        case .incomparable: "incomparable: each permits something that the other does not"
        case .undecided: "undecided"
        }
    }
}
