package import AccessReceipts
package import CityIdentity
import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Ledger
package import Logging
package import NIOCore
import ServiceLifecycle

/// The officers' listener: pages and a JSON API over TLS, for holders of an `officer` key of the gateway's own operator.
package struct OfficersServer: Service {
    /// What the pages show.
    package struct Sources: Sendable {
        package var ledger: Ledger
        package var receipts: ReceiptStore
        /// The code the gateway runs under; officers of its city, and of units of it, are let in.
        package var operatorCode: IdentificationCode
        package var clock: @Sendable () -> Timestamp
        /// Makes the evidence of a receipt.
        package var evidence: @Sendable (ReceiptID) async throws -> [UInt8]

        package init(
            ledger: Ledger, receipts: ReceiptStore, operatorCode: IdentificationCode,
            clock: @escaping @Sendable () -> Timestamp = { Timestamp.now() },
            evidence: @escaping @Sendable (ReceiptID) async throws -> [UInt8]
        ) {
            self.ledger = ledger
            self.receipts = receipts
            self.operatorCode = operatorCode
            self.clock = clock
            self.evidence = evidence
        }
    }

    private let listener: Listener

    /// Makes the listener, which needs TLS: who asks is known by the certificate alone.
    ///
    /// Throws an error of NIOSSL where certificate and key do not load.
    package init(
        configuration: ListenerConfiguration, sources: Sources, logger: Logger,
        onRunning: @escaping @Sendable (SocketAddress) -> Void = { _ in }
    ) throws {
        let lookup = Self.lookup(sources)
        listener = try Listener(
            try Self.router(sources, lookup), name: "officers", configuration: configuration,
            clientVerification: OfficerAuthentication.verification(lookup, logger: logger), logger: logger,
            onRunning: onRunning)
    }

    package func run() async throws {
        try await listener.run()
    }

    /// An officer's certificate holds an `officer` key, active now, of the operator, of who stands above it, or of
    /// another node that stands under the same.
    static func lookup(_ sources: Sources) -> OfficerLookup {
        { certificate in
            let view = sources.ledger.view
            let now = sources.clock()
            guard certificate.isValid(at: now) else { throw OfficerRefusal("the certificate is not valid now") }
            guard let key = view.key(spki: certificate.spki) else {
                throw OfficerRefusal("the certificate's key does not stand on the ledger")
            }
            guard certificate.names(key.id.code) else {
                throw OfficerRefusal("the certificate names another than `\(key.id.code)`, whose key it holds")
            }
            if let reason = view.reasonAgainst(key, for: .officer, at: now) { throw OfficerRefusal(reason) }
            // A code under the operator's city that the city did not delegate is another's.
            guard view.eldest(of: key.id.code) == view.eldest(of: sources.operatorCode) else {
                throw OfficerRefusal("`\(key.id.code)` and the operator `\(sources.operatorCode)` are not one's")
            }
            return key.id
        }
    }

    static func router(_ sources: Sources, _ lookup: @escaping OfficerLookup) throws -> Router<OfficerContext> {
        let pages = try Pages()
        let router = Router(context: OfficerContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: OfficerAuthentication(network: sources.ledger.view.network, lookup: lookup))
        router.add(middleware: ErrorPages(pages: pages))
        let receipts = ReceiptPages(reader: sources.receipts.reader, pages: pages, evidence: sources.evidence)
        receipts.addRoutes(to: router)
        LedgerPages(sources: sources, pages: pages, receipts: receipts).addRoutes(to: router)
        PolicyPages(sources: sources, pages: pages).addRoutes(to: router)
        router.get("/console.css") { _, _ in Answer(mediaType: "text/css", body: Pages.styleSheet) }
        router.get("/language") { request, _ in try chooseLanguage(request) }
        router.refuseOtherMethods()
        return router
    }

    /// Sets the language's cookie and leads back to a page of ours.
    private static func chooseLanguage(_ request: Request) throws -> Response {
        let parameters = request.uri.queryParameters
        guard let language = parameters.get("lang").flatMap(Language.init(rawValue:)) else {
            throw ProblemAnswer.badRequest("`lang` is `en` or `zh-CN`")
        }
        let back = parameters.get("back") ?? "/"
        return Response(
            status: .seeOther,
            headers: [
                .location: isPage(back) ? back : "/",
                .setCookie: "lang=\(language.rawValue); Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=31536000",
            ])
    }

    /// Whether a path can be one of our pages', whose parts are words, ids, hashes and codes; `//host` is none.
    static func isPage(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.hasPrefix("//")
            && path.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                }
            }
    }
}

extension LedgerView {
    /// The one that stands above a code and under nobody; the code itself where nobody stands above it.
    fileprivate func eldest(of code: IdentificationCode) -> IdentificationCode { superiors(of: code).last ?? code }
}
