import AsyncHTTPClient
import CityIdentity
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import SharingPolicy
import StrictJSON

/// Talks to a node's public listener: reads what stands there, hands in transactions.
struct NodeClient: Sendable {
    let base: String
    let client: HTTPClient
    private let timeout = TimeAmount.seconds(30)

    /// Runs with a client that is shut down however the work ends.
    static func with<Result>(
        _ address: NodeAddress, _ work: (NodeClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.redirectConfiguration = .disallow
        configuration.tlsConfiguration = try tls(address)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await work(NodeClient(base: address.url, client: client))
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private static func tls(_ address: NodeAddress) throws -> TLSConfiguration? {
        guard let path = address.certificate else { return nil }
        var tls = TLSConfiguration.makeClientConfiguration()
        do {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(try InputFile.bytes(path)))
        } catch let error as CommandError { throw error } catch {
            throw CommandError(.input, "`\(path)` holds no certificate", cause: error)
        }
        if !address.namesHost { tls.certificateVerification = .noHostnameVerification }
        return tls
    }

    /// The bytes at a path, `nil` where the node has nothing there.
    func bytes(_ path: String, accept: String = "*/*", limit: Int = 64 << 20) async throws -> [UInt8]? {
        var request = HTTPClientRequest(url: base + path)
        request.headers.add(name: "Accept", value: accept)
        let (status, body) = try await execute(request, limit: limit)
        if status == 404 { return nil }
        guard status == 200 else { throw problem(status: status, body: body, what: path) }
        return body
    }

    func json(_ path: String) async throws -> JSONValue {
        guard let body = try await bytes(path, accept: "application/json") else {
            throw CommandError(.notFound, "the node at `\(base)` has nothing at `\(path)`")
        }
        return try parse(body, from: path)
    }

    /// What the ledger has of a code: its record under `identity`, its keys, and why it may do nothing, if that is so.
    func identity(_ code: IdentificationCode) async throws -> JSONValue {
        let path = "/identities/\(code)"
        guard let body = try await bytes(path, accept: "application/json") else {
            throw CommandError(
                .notFound, "`\(code)` is not on the ledger", advice: "`hansa identity list` shows who is")
        }
        return try parse(body, from: path)
    }

    /// The keys of a code, past ones too.
    func keys(of code: IdentificationCode) async throws -> [KeyRecord] {
        (try await identity(code)["keys"]?.array ?? []).compactMap { try? KeyRecord(json: $0) }
    }

    func policy(_ hash: PolicyHash) async throws -> JSONValue {
        let path = "/policies/\(hash)"
        guard let body = try await bytes(path, accept: "application/json") else {
            throw CommandError(
                .notFound, "no policy `\(hash)` is on the ledger", advice: "`hansa policy list` shows those that are")
        }
        return try parse(body, from: path)
    }

    /// Everyone on the network, page by page.
    func identities() async throws -> [JSONValue] {
        var identities: [JSONValue] = []
        var page = try await json("/identities")
        while true {
            identities += page["identities"]?.array ?? []
            guard let next = page["next"]?.string, identities.count < 1_000_000 else { return identities }
            page = try await json("/identities?after=\(Self.escape(next))")
        }
    }

    func nextSequence(of key: KeyIdentifier) async throws -> UInt64 {
        let answer = try await json("/ledger/keys/\(Self.escape(key.description))/next-sequence")
        guard case .number(let number)? = answer["next"], let next = number.uint64 else {
            throw CommandError(.failure, "the node's answer has no `next` sequence number")
        }
        return next
    }

    /// What a node made of a transaction.
    struct Submission: Sendable {
        let index: UInt64
        let height: UInt64
        /// Why it changed nothing; `nil` where it was applied.
        let noop: String?
        /// The change that it asked for and that waits for keys to agree, where it is one.
        let change: Change?

        struct Change: Sendable {
            let hash: String
            let needed: Int
            let approvals: Int

            /// What is missing, for a person.
            var words: String {
                let missing = max(needed - approvals, 1)
                return "it waits until \(missing) more `policy` \(missing == 1 ? "key agrees" : "keys agree"): "
                    + "hansa policy approve \(hash.printable)"
            }
        }
    }

    /// Hands in a signed transaction and waits until it stands on the ledger, unless the node sees that it would change nothing.
    ///
    /// - Throws: `CommandError`; a transaction that was overtaken by another of the same key as ``Overtaken``.
    func submit(_ transaction: [UInt8]) async throws -> Submission {
        var request = posting(transaction, to: "/ledger/transactions")
        // What would change nothing is refused before it is recorded.
        request.headers.add(name: "Prefer", value: "handling=strict")
        let (status, body) = try await execute(request, limit: 1 << 20)
        guard (200..<300).contains(status) else {
            if status == 409 { throw Overtaken() }
            throw problem(status: status, body: body, what: "the transaction")
        }
        let answer = try parse(body, from: "/ledger/transactions")
        guard case .number(let index)? = answer["index"], case .number(let height)? = answer["height"],
            let index = index.uint64, let height = height.uint64, let outcome = answer["outcome"]?.string
        else { throw CommandError(.failure, "the node's answer to the transaction cannot be understood") }
        let reason = answer["reason"]?.string ?? "no reason given"
        return Submission(
            index: index, height: height, noop: outcome == "applied" ? nil : reason,
            change: answer["change"].flatMap(Self.change))
    }

    /// Asks whether a signed transaction would be refused; nothing is recorded.
    ///
    /// - Throws: As ``submit(_:)`` does.
    func foresee(_ transaction: [UInt8]) async throws {
        let (status, body) = try await execute(posting(transaction, to: "/ledger/trials"), limit: 1 << 20)
        if status == 409 { throw Overtaken() }
        // A node of an earlier version has no trials, and says it when the transaction is handed in.
        guard (200..<300).contains(status) || status == 404 else {
            throw problem(status: status, body: body, what: "the transaction")
        }
    }

    private func posting(_ transaction: [UInt8], to path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/jose")
        request.body = .bytes(transaction)
        return request
    }

    private static func change(_ answer: JSONValue) -> Submission.Change? {
        guard let hash = answer["hash"]?.string, let needed = answer["needed"]?.int else { return nil }
        return Submission.Change(hash: hash, needed: needed, approvals: answer["approvals"]?.array?.count ?? 0)
    }

    /// Another transaction of the same key came first; the sequence number is no longer the next.
    struct Overtaken: Error {}

    private func execute(_ request: HTTPClientRequest, limit: Int) async throws -> (status: Int, body: [UInt8]) {
        do {
            let response = try await client.execute(request, timeout: timeout)
            let body = try await response.body.collect(upTo: limit)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch {
            throw CommandError(
                .unreachable, "the node at `\(base)` does not answer: \(ConnectionFailure.words(error))",
                advice: error is NIOSSLError || error is BoringSSLError
                    ? "`hansa network join --node-certificate FILE` trusts a certificate that no authority signed"
                    : "is the address right (--node, or `node` in the profile), and is the node running?")
        }
    }

    func parse(_ body: [UInt8], from path: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: body, limits: JSONLimits(size: 64 << 20, values: 10_000_000))
        } catch {
            throw CommandError(.failure, "the node's answer at `\(path)` is not JSON", cause: error)
        }
    }

    private func problem(status: Int, body: [UInt8], what: String) -> CommandError {
        let problem = try? JSONValue(parsing: body)
        let detail = problem?["detail"]?.string ?? problem?["title"]?.string ?? "HTTP status \(status)"
        let exit: ExitStatus = status == 404 ? .notFound : status >= 500 ? .unreachable : .denied
        return CommandError(exit, "the node refused \(what): \(detail.printable)")
    }

    /// One segment of a path, with everything escaped that could be taken for anything else.
    static func escape(_ segment: String) -> String {
        segment.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
