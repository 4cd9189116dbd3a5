import AccessReceipts
import CityIdentity
import Hummingbird
import HummingbirdCore
import Ledger
import Synchronization
import TransparencyLog

/// The ledger and the receipt log in tlog-tiles layout (C2SP), so that any verifier of such logs can read them.
struct LogRoutes: Sendable {
    let view: @Sendable () -> LedgerView
    let ledger: LedgerArchive
    let receipts: ReceiptStore
    private let registry = RegistryCache()

    init(view: @escaping @Sendable () -> LedgerView, ledger: LedgerArchive, receipts: ReceiptStore) {
        self.view = view
        self.ledger = ledger
        self.receipts = receipts
    }

    /// Codes that one registry checkpoint can be asked for.
    private static let codesLimit = 100

    func addRoutes(to router: Router<PublicContext>) {
        router.get("/ledger/checkpoint") { _, _ in
            Self.checkpoint(try await ledger.checkpoint())
        }
        router.get("/ledger/registry") { request, _ in
            let codes = try Self.codes(request)
            let view = view()
            let bundle = codes.isEmpty ? try registry.whole(view) : try view.registryCheckpoint(of: codes).bytes
            return Answer(mediaType: "application/json", body: bundle)
        }
        router.get("/receipts/checkpoint") { _, _ in
            Self.checkpoint(try receipts.checkpoint())
        }
        router.get("/ledger/tile/**") { _, context in
            let path = try Self.path(context)
            do {
                return Self.tile(try await ledger.tile(path))
            } catch let error as LedgerError where error.code == .notFound {
                throw ProblemAnswer.notFound("the log has no `\(path)` yet")
            }
        }
        router.get("/receipts/tile/**") { _, context in
            let path = try Self.path(context)
            guard let bytes = try await receipts.tile(path) else {
                throw ProblemAnswer.notFound("the log has no `\(path)` yet")
            }
            return Self.tile(bytes)
        }
    }

    /// The codes a query names, `?code=…&code=…`; none for all.
    private static func codes(_ request: Request) throws(ProblemAnswer) -> [IdentificationCode] {
        let texts = request.uri.queryParameters.getAll("code")
        guard texts.count <= codesLimit else { throw .badRequest("more than \(codesLimit) codes are named") }
        var codes: [IdentificationCode] = []
        for text in texts {
            do {
                codes.append(try IdentificationCode(String(text)))
            } catch {
                throw .badRequest("\(error)")
            }
        }
        return codes
    }

    private static func path(_ context: PublicContext) throws(ProblemAnswer) -> TilePath {
        let text = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
        do {
            return try TilePath(parsing: text)
        } catch {
            throw .notFound("\(error)")
        }
    }

    private static func checkpoint(_ note: [UInt8]) -> Answer {
        Answer(mediaType: "text/plain; charset=utf-8", body: note)
    }

    private static func tile(_ bytes: [UInt8]) -> Answer {
        Answer(mediaType: "application/octet-stream", body: bytes, immutable: true)
    }
}

/// The registry checkpoint of all codes, made once for each block however often it is asked for.
private final class RegistryCache: Sendable {
    private let last = Mutex<(height: UInt64, bytes: [UInt8])?>(nil)

    func whole(_ view: LedgerView) throws -> [UInt8] {
        try last.withLock { last in
            if let last, last.height == view.height { return last.bytes }
            let bytes = try view.registryCheckpoint().bytes
            last = (view.height, bytes)
            return bytes
        }
    }
}
