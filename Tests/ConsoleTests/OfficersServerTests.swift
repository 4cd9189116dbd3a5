import AccessReceipts
import AsyncHTTPClient
import CityIdentity
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Testing

@testable import Console

/// The officers' listener over real TLS, asked with certificates of its own network.
@Suite struct OfficersServerTests {
    /// An answer as far as the tests look at it.
    struct Answer: Sendable {
        let status: UInt
        let body: String
        let type: String
        let caching: String?
        let allow: String?
    }

    /// The path may have a method other than GET before it.
    typealias Ask = @Sendable (_ path: String, _ key: PrivateKey, _ language: String) async throws -> Answer

    func withServer(_ body: @escaping @Sendable (Network, Ask) async throws -> Void) async throws {
        try await Network.run { network in
            let server = try PrivateKey(generating: .es256)
            let certificate = try Self.certificate(server)
            let (addresses, found) = AsyncStream.makeStream(of: SocketAddress.self)
            let officers = try OfficersServer(
                configuration: ListenerConfiguration(
                    host: "127.0.0.1", port: 0,
                    tls: .init(certificateChain: certificate.pem, privateKey: server.pem)),
                sources: OfficersServer.Sources(
                    ledger: network.ledger, receipts: network.receipts, operatorCode: try Network.city(),
                    evidence: { id in Array("evidence of \(id)".utf8) }),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onRunning: { found.yield($0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await officers.run() }
                defer { group.cancelAll() }
                let port = try #require(await addresses.first { _ in true }?.port)
                try await body(network) { path, key, language in
                    let words = path.split(separator: " ").map(String.init)
                    return try await Self.ask(
                        "https://127.0.0.1:\(port)\(words.last ?? "/")", key, language, trusting: certificate.pem,
                        method: words.count > 1 ? words[0] : "GET")
                }
            }
        }
    }

    private static func certificate(_ key: PrivateKey) throws -> TLSCertificate {
        try TLSCertificate.selfSigned(
            code: try Network.city(), key: key, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"],
            notBefore: Timestamp.now().adding(seconds: -60), notAfter: Timestamp.now().adding(seconds: 3600))
    }

    private static func ask(
        _ url: String, _ key: PrivateKey, _ language: String, trusting root: String, method: String
    ) async throws -> Answer {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(root.utf8)))
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate(key).pem.utf8))
            .map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem))
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(tlsConfiguration: tls, timeout: .init(connect: .seconds(5))))
        do {
            var request = HTTPClientRequest(url: url)
            request.method = .init(rawValue: method)
            request.headers.add(name: "Accept-Language", value: language)
            request.headers.add(name: "Accept", value: url.contains("/api/") ? "application/json" : "text/html")
            let response = try await client.execute(request, timeout: .seconds(10))
            let body = try await response.body.collect(upTo: 1 << 20)
            try await client.shutdown()
            return Answer(
                status: response.status.code, body: String(buffer: body),
                type: response.headers.first(name: "content-type") ?? "",
                caching: response.headers.first(name: "cache-control"), allow: response.headers.first(name: "allow"))
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    @Test func `an officer reads the pages in both languages`() async throws {
        try await withServer { network, ask in
            let receipt = try network.receipt()
            try await network.receipts.append(receipt)
            let english = try await ask("/", network.officer, "en")
            #expect(english.status == 200)
            #expect(english.body.contains("Latest receipts"))
            #expect(english.body.contains(receipt.id.description))
            let chinese = try await ask("/receipts", network.officer, "zh-CN")
            #expect(chinese.body.contains("访问回执"))
            #expect(chinese.body.contains("lang=\"zh-CN\""))
            for path in ["/policies", "/identities", "/receipts/\(receipt.id)", "/console.css"] {
                #expect(try await ask(path, network.officer, "en").status == 200, "\(path)")
            }
            let evidence = try await ask("/receipts/\(receipt.id)/evidence", network.officer, "en")
            #expect(evidence.body == "evidence of \(receipt.id)")
            for path in ["/", "/receipts/\(receipt.id)/evidence", "/api/receipts", "/api/receipts/\(receipt.id)"] {
                #expect(try await ask(path, network.officer, "en").caching == "no-store", "\(path)")
            }
        }
    }

    @Test func `a path that is there says which methods it has`() async throws {
        try await withServer { network, ask in
            for path in ["/", "/receipts", "/receipts/x/evidence", "/api/receipts", "/console.css"] {
                for method in ["DELETE", "POST", "OPTIONS"] {
                    let refused = try await ask("\(method) \(path)", network.officer, "en")
                    #expect(refused.status == 405 && refused.allow == "GET, HEAD", "\(method) \(path)")
                }
            }
            #expect(try await ask("DELETE /nowhere", network.officer, "en").status == 404)
        }
    }

    @Test func `lists filter, and text from outside is escaped`() async throws {
        try await withServer { network, ask in
            try await network.receipts.append(try network.receipt(dataset: "MA.156.1301/<script>"))
            let denied = try network.receipt(outcome: .deny)
            try await network.receipts.append(denied)
            let all = try await ask("/receipts", network.officer, "en").body
            #expect(all.contains("MA.156.1301/&lt;script&gt;"))
            #expect(!all.contains("<script>"))
            let filtered = try await ask("/api/receipts?decision=deny", network.officer, "en")
            #expect(filtered.body.contains(denied.id.description))
            #expect(!filtered.body.contains("script"))
            #expect(try await ask("/api/receipts?outcome=deny", network.officer, "en").body == filtered.body)
            let today = String(Timestamp.now().rfc3339.prefix(10))
            let day = try await ask("/api/receipts?decision=deny&from=\(today)&to=\(today)", network.officer, "en")
            #expect(day.body.contains(denied.id.description))
            #expect(try await ask("/api/receipts?consumer=nobody", network.officer, "en").status == 400)
            #expect(try await ask("/api/receipts?consumr=MA.156.1301", network.officer, "en").status == 400)
            #expect(try await ask("/api/receipts/\(ReceiptID(at: .now()))", network.officer, "en").status == 404)
        }
    }

    @Test func `an officer lists what consumers owe`() async throws {
        try await withServer { network, ask in
            var owed = try network.receipt()
            owed.decision.obligations = ["delete after a year"]
            let free = try network.receipt(dataset: "MA.156.1301/free")
            for receipt in [owed, free] { try await network.receipts.append(receipt) }
            let page = try await ask("/receipts?owed=true", network.officer, "en").body
            #expect(page.contains("Owed by the consumer"))
            #expect(page.contains("<td>delete after a year</td>"))
            #expect(page.contains("value=\"true\" checked"))
            #expect(!page.contains("MA.156.1301/free"))
            let list = try await ask("/api/receipts?owed=true", network.officer, "en").body
            #expect(list.contains(owed.id.description))
            #expect(!list.contains(free.id.description))
            #expect(try await ask("/receipts?owed=perhaps", network.officer, "zh-CN").body.contains("应为 true 或 false"))
            let others = try await ask("/receipts?dataset=MA.156.1301/free", network.officer, "en").body
            #expect(!others.contains("Owed by"))
        }
    }

    @Test func `a wrong filter shows the form again, with what is wrong in the reader's language`() async throws {
        try await withServer { network, ask in
            let answer = try await ask("/receipts?consumer=XX&dataset=%22x", network.officer, "zh-CN")
            #expect(answer.status == 400)
            #expect(answer.type.hasPrefix("text/html"))
            #expect(answer.body.contains("不是标识码"))
            #expect(!answer.body.contains("没有符合条件的回执"))
            #expect(answer.body.contains("value=\"XX\" aria-invalid=\"true\""))
            #expect(answer.body.contains("value=\"&quot;x\""))
            let time = try await ask("/receipts?from=yesterday", network.officer, "en")
            #expect(time.body.contains("is not a day or time such as"))
            let missing = try await ask("/policies/none", network.officer, "en")
            #expect(missing.status == 404)
            #expect(missing.body.contains("There is nothing here."))
            let api = try await ask("/api/nothing", network.officer, "en")
            #expect(api.status == 404)
            #expect(api.type == "application/problem+json")
        }
    }

    @Test func `an officer sees a city's keys, and gets the exact bytes of a receipt`() async throws {
        try await withServer { network, ask in
            var receipt = try network.receipt()
            receipt.decision.obligations = ["deleteAfter elapsedTime at most `P30D`"]
            try await network.receipts.append(receipt)
            let city = try await ask("/identities/MA.156.1301", network.officer, "en")
            #expect(city.status == 200)
            #expect(city.body.contains("MA.156.1301#officer-1"))
            #expect(city.body.contains("In use"))
            #expect(try await ask("/identities/MA.156.1302", network.officer, "en").status == 404)
            let page = try await ask("/receipts/\(receipt.id)", network.officer, "en")
            #expect(page.body.contains("href=\"/api/receipts/\(receipt.id)\""))
            #expect(page.body.contains("href=\"/identities/MA.840.5363000\""))
            #expect(page.body.contains("Owed by the consumer</dt><dd>deleteAfter elapsedTime at most `P30D`"))
            let bytes = try await ask("/api/receipts/\(receipt.id)", network.officer, "en")
            #expect(bytes.body == String(decoding: receipt.encoded, as: UTF8.self))
        }
    }

    @Test func `a key of another purpose and an unknown key are refused at the handshake`() async throws {
        try await withServer { network, ask in
            await #expect(throws: (any Error).self) { try await ask("/", network.registry, "en") }
            let unknown = try PrivateKey(generating: .es256)
            await #expect(throws: (any Error).self) { try await ask("/", unknown, "en") }
        }
    }
}
