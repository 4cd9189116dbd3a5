import ArgumentParser
import SharingPolicy
import StrictJSON

struct PolicyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a policy on the ledger, byte for byte.",
        discussion: """
            Also one that is only proposed, and a change that waits as policies do: what is printed is what an approval is for, and what the hash is of. With --json
            its status, who agreed, its times and what it replaces as well.
            Example: hansa policy show 5e88… > proposed.yaml
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The policy's hash, as `hansa policy list` shows it; 64 digits.")
    var hash: String

    func run() async throws {
        let parsed = try PolicyHash(argument: hash)
        let record = try await home.withNode { try await $0.policy(parsed) }
        if let change = WaitingChange(record: record) { return output.print(json: record, text: change.text) }
        let document = try NodeClient.policyDocument(of: record, parsed).bytes
        if output.json {
            output.print(json: record, text: "")
        } else {
            Terminal.output.write(document)
            Terminal.output.endLine(after: document.last)
        }
    }
}
