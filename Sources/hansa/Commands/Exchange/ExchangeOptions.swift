import ArgumentParser
import CityIdentity
import Foundation
import StrictJSON

/// What `fetch` and `send` take alike.
struct ExchangeOptions: ParsableArguments {
    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "What the data is for; policies may ask for it.")
    var purpose: String?

    @Option(name: .long, help: "The gateway's exchange URL, instead of the profile's.")
    var gateway: String?

    @Option(name: .long, help: "The gateway's certificate (PEM), instead of the profile's.", completion: .file())
    var gatewayCertificate: String?

    @Option(name: .long, help: "The name of the key that signs. (default: the first for exchange)")
    var key: String?

    @Option(name: .long, help: "The name of the key for TLS. (default: the first for tls)")
    var tlsKey: String?

    func profile() async throws -> Profile {
        try await home.profile([
            "gateway": gateway,
            "gateway-certificate": gatewayCertificate.map { URL(fileURLWithPath: $0).path },
        ])
    }

    /// The path of an exchange, from `MA.156.1301/air-quality/stations/12?from=…`.
    static func target(_ text: String) throws -> String {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, (try? IdentificationCode(String(parts[0]))) != nil, !parts[1].isEmpty,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 })
        else {
            throw CommandError(
                .usage, "`\(text.printable)` is not CODE/DATASET[/PATH][?QUERY]",
                advice: "such as MA.156.1301/air-quality/stations/12?from=2026-01-01, escaped as URLs are")
        }
        return "/exchange/" + text
    }

    /// The gateway's keys as its node has them; `nil` for a key that is not the gateway's.
    static func gatewayKey(_ id: KeyIdentifier, of code: IdentificationCode, profile: Profile) async throws
        -> KeyRecord?
    {
        guard id.code == code else { return nil }
        return try await NodeClient.with(try profile.node()) { node in
            try await node.keys(of: code).first { $0.id == id }
        }
    }

    /// Throws what a response other than 2xx means.
    static func check(_ result: ExchangeResult, content: [UInt8]) throws {
        guard !(200..<300).contains(result.status) else { return }
        let problem = try? JSONValue(parsing: content)
        let words = [problem?["title"]?.string, problem?["detail"]?.string].compactMap { $0?.printable }
        var text =
            words.isEmpty ? "the provider answered with HTTP status \(result.status)" : words.joined(separator: ": ")
        if let receipt = result.receipt { text += " (receipt \(receipt.printable))" }
        let status: ExitStatus =
            switch result.status {
            case 404: .notFound
            case 500...: .unreachable
            default: .denied
            }
        let type = problem?["type"]?.string ?? ""
        if !type.isEmpty { text += " [\(type.printable)]" }
        let advice =
            type.hasSuffix(":key-not-active") ? "`hansa key list` tells which keys are in use; --key names one" : nil
        throw CommandError(status, text, advice: advice)
    }

    /// Says what was proven; throws where something is missing or did not hold.
    /// - Parameter resumed: Bytes from an earlier run, which this response's digest is not about.
    func report(
        _ result: ExchangeResult, proof: ResponseProof, resumed: UInt64 = 0, members: [(String, JSONValue)],
        words: String
    ) throws {
        let receipt = result.receipt ?? ""
        if output.json {
            output.print(
                json: JSONValue(
                    [
                        ("status", JSONValue(result.status)), ("receipt", JSONValue(receipt)),
                        ("received", JSONValue(result.received)), ("digest", proof.digest.json),
                        ("signature", proof.signature.json),
                    ] + members), text: "")
        } else {
            let terminal = Terminal.error
            terminal.write("\(words)\n")
            let isPartly = resumed > 0 && proof.isSound
            let partly =
                "\(terminal.paint("!", .yellow)) the last \(ByteCount(result.received)) are what their digest says; "
                + "none covers the \(ByteCount(resumed)) before them"
            terminal.write("  digest     \(isPartly ? partly : proof.digest.text(on: terminal))\n")
            terminal.write("  signature  \(proof.signature.text(on: terminal))\n")
            terminal.write("  receipt    \(receipt.printable)\n")
        }
        guard proof.isSound else { throw CommandError(.no, "the response is not proven; do not use it") }
    }
}

extension ResponseProof.Verdict {
    var json: JSONValue {
        switch self {
        case .holds: "verified"
        case .missing: "absent"
        case .broken: "broken"
        }
    }

    func text(on terminal: Terminal) -> String {
        switch self {
        case .holds(let words): "\(terminal.paint("✓", .green)) \(words)"
        case .missing(let words): "\(terminal.paint("–", .yellow)) \(words)"
        case .broken(let words): "\(terminal.paint("✗", .red)) \(words)"
        }
    }
}
