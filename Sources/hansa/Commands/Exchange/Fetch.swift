import ArgumentParser
import Foundation
import NIOCore
import StrictJSON

/// `hansa fetch`: one permitted download, proven.
struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Download from a dataset through the gateway; check digest and signature; show the receipt.",
        discussion: """
            With --output, an interrupted download goes on where it stopped when the command is run again.
            Example: hansa fetch MA.156.1301/divisions/divisions/1301 --purpose environmental-research
            """)

    @OptionGroup var options: ExchangeOptions

    @Argument(help: "What to fetch: CODE/DATASET[/PATH][?QUERY].")
    var target: String

    @Option(name: .shortAndLong, help: "The file to write. (default: standard output)", completion: .file())
    var output: String?

    func run() async throws {
        let path = try ExchangeOptions.target(target)
        if options.output.json && output == nil {
            throw CommandError(.usage, "--json needs --output, since standard output is for the one or the other")
        }
        let profile = try await options.profile()
        let participant = try await Participant(profile: profile, exchangeKey: options.key, tlsKey: options.tlsKey)
        let download = try Download(output: output, target: path)
        let request = ExchangeRequest(
            target: path, purpose: options.purpose, fields: [("Accept-Encoding", "identity")] + download.conditions)
        let signed = try participant.signer.sign(request)
        let interruption = Interruption { download.kept }
        defer { interruption.cancel() }
        let label = String(target.prefix(40))
        let result = try await ExchangeConnection.with(participant.address, identity: participant.identity) {
            inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            return try await ExchangeCall.run(signed, content: NoContent(), inbound: &iterator, outbound: outbound) {
                try download.begin($0, label: label)
            }
        }
        download.endLine()
        try ExchangeOptions.check(result, content: download.refusal)
        let proof = try await ResponseProof.check(result, request: signed) {
            try await ExchangeOptions.gatewayKey($0, of: participant.gatewayCode, profile: profile)
        }
        let resumed = try download.finish(isSound: proof.isSound)
        try options.report(
            result, proof: proof, resumed: resumed,
            members: [("file", output.map { JSONValue($0) } ?? .null), ("resumedFrom", JSONValue(resumed))],
            words: "\(output ?? "standard output")  \(ByteCount(result.received + resumed))")
    }
}
