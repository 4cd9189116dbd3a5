import CityIdentity
import Crypto
import NIOCore

/// What is loaded, and as whom.
struct BenchTarget: Sendable {
    let plan: LoadPlan
    let requests: LoadRequests

    init(_ command: BenchExchange) async throws {
        let profile = try await command.options.profile()
        let url = command.target.hasPrefix("https://") ? try Self.split(command.target) : nil
        let address = try GatewayAddress(url?.server ?? profile.gateway())
        let (tlsName, tls) = try profile.home.key(named: command.options.tlsKey, for: [.tls])
        let identity = try ClientIdentity(
            certificate: InputFile.text(profile.home.certificatePath(tlsName)), key: tls.pem,
            gateway: InputFile.text(profile.gatewayCertificate()),
            protocols: [command.streams == nil ? "http/1.1" : "h2"])
        var signer: ExchangeSigner?
        if url == nil {
            let (name, key) = try profile.home.key(named: command.options.key, for: [.exchange])
            signer = ExchangeSigner(
                keyID: try KeyIdentifier(code: profile.code(), name: name), key: key, address: address,
                asksForSignature: command.signedResponses)
        }
        let content = command.upload.map { [UInt8](repeating: UInt8(ascii: "x"), count: $0) }
        let request = ExchangeRequest(
            method: content == nil ? "GET" : "POST",
            target: try url?.target ?? ExchangeOptions.target(command.target), purpose: command.options.purpose,
            content: content.map { (UInt64($0.count), Array(SHA256.hash(data: $0))) })
        requests = LoadRequests(
            signer: signer, request: request, authority: address.authority,
            content: content.map { ByteBuffer(bytes: $0) })
        plan = LoadPlan(
            address: address, identity: identity, arrival: command.rate.map { .open(rate: $0) } ?? .closed,
            connections: command.connections, streams: command.streams, reconnects: command.reconnect,
            threads: command.threads, notesReceipts: command.receipts != nil,
            warmUp: .nanoseconds(Int64(command.warmUp * 1e9)),
            duration: .nanoseconds(Int64(command.duration * 1e9)))
    }

    /// Server and target of a URL, neither of them changed.
    private static func split(_ url: String) throws -> (server: String, target: String) {
        let rest = url.dropFirst("https://".count)
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }) else {
            throw CommandError(.usage, "`\(url.printable)` is not a URL without fragment")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        return ("https://" + rest[..<slash], slash == rest.endIndex ? "/" : String(rest[slash...]))
    }

    /// One request first: a load that is refused measures nothing.
    func probe() async throws {
        let single = LoadPlan(
            address: plan.address, identity: plan.identity, arrival: .open(rate: 1), connections: 1,
            streams: plan.streams, reconnects: false, threads: 1, notesReceipts: false, warmUp: .zero,
            duration: .milliseconds(500))
        let report = try await LoadGenerator.run(single, requests: requests, prepared: 0, processes: [])
        guard report.tally.completed == 0 else { return }
        let reason = report.tally.errors.keys.first ?? "no answer"
        throw CommandError(
            .denied, "the first request was not answered with 2xx: \(reason.printable)",
            advice: "try it with `hansa fetch`, which says why")
    }
}
