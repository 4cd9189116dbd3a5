import ArgumentParser
import CityIdentity
import StrictJSON

/// `hansa resolve`: a code's DID document.
struct Resolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Resolve a code to its DID document: its keys, and where its gateway answers.",
        discussion: "Example: hansa resolve MA.156.1301   or   hansa resolve did:ma:156.1301")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "A code or a DID.")
    var target: String

    func run() async throws {
        let code = try argument(target) {
            target.hasPrefix("did:") ? try IdentificationCode(did: target) : try IdentificationCode(target)
        }
        let document = try await home.withNode { node in
            try await node.bytes("/did/\(NodeClient.escape(code.did))", accept: "application/did+ld+json")
        }
        guard let document else {
            throw CommandError(
                .notFound, "`\(code)` is not on the ledger", advice: "`hansa identity list` shows who is")
        }
        guard let value = try? JSONValue(parsing: document) else {
            throw CommandError(.failure, "the node's answer is not a DID document")
        }
        output.print(json: value, text: value.indentedText)
    }
}
