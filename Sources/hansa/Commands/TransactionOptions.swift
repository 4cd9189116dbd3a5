import ArgumentParser
import CityIdentity
import Ledger
import StrictJSON

/// What every command that changes the ledger takes: whose keys, which node, how to answer.
struct TransactionOptions: ParsableArguments {
    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: .long,
        help: """
            The name of the key that signs. (default: the first for the purpose that the ledger has in use; to approve a \
            policy or a change, the first of those that has not agreed)
            """)
    var key: String?

    /// Asks the node whether a transaction would be refused, and records nothing.
    ///
    /// - Throws: `CommandError` with the reason where it would.
    func foresee(_ body: Transaction.Body, for purposes: KeyPurpose...) async throws {
        let profile = try await home.profile()
        try await NodeClient.with(try profile.node()) { node in
            try await Signer(profile: profile, node: node).foresee(body, key: key, for: purposes)
        }
    }

    /// Signs, submits and says what came of it.
    func submit(
        _ body: Transaction.Body, for purposes: KeyPurpose..., saying sentence: String,
        json members: [(String, JSONValue)] = []
    ) async throws {
        let profile = try await home.profile()
        let (submission, signer) = try await NodeClient.with(try profile.node()) { node in
            try await Signer(profile: profile, node: node).submit(body, key: key, for: purposes)
        }
        let place = "(entry \(submission.index), block \(submission.height), signed by \(signer))"
        var members = members
        if let change = submission.change { members.append(("change", JSONValue(change.hash))) }
        output.print(
            json: JSONValue(
                [
                    ("type", JSONValue(body.type)), ("index", JSONValue(submission.index)),
                    ("height", JSONValue(submission.height)), ("signer", JSONValue(signer.description)),
                    ("outcome", submission.change == nil ? "applied" : "waiting"),
                ] + members),
            text: submission.change.map { "nothing is changed yet \(place): \($0.words)" } ?? "\(sentence) \(place)")
    }
}
