package import AccessReceipts
package import CityIdentity
import HTTPTypes
import Hummingbird
package import Ledger
package import Logging
package import NIOCore
import ServiceLifecycle

/// The public listener: both logs as tiles, identities, datasets and policies of the ledger, submission of signed
/// transactions, health and metrics.
///
/// Everything here is public or proves itself by a signature; nobody is asked who they are.
package struct PublicServer: Service {
    /// What the listener shows.
    package struct Sources: Sendable {
        package var ledger: Ledger
        package var receipts: ReceiptStore
        /// The code the gateway runs under.
        package var operatorCode: IdentificationCode
        /// Where exchanges go, `https://host:port`.
        package var exchangeURL: String
        /// The metrics in Prometheus' text format.
        package var metrics: @Sendable () -> String
        /// Why the gateway is not ready; empty when it is.
        package var readiness: @Sendable () -> [String]

        package init(
            ledger: Ledger, receipts: ReceiptStore, operatorCode: IdentificationCode, exchangeURL: String,
            metrics: @escaping @Sendable () -> String, readiness: @escaping @Sendable () -> [String]
        ) {
            self.ledger = ledger
            self.receipts = receipts
            self.operatorCode = operatorCode
            self.exchangeURL = exchangeURL
            self.metrics = metrics
            self.readiness = readiness
        }
    }

    private let listener: Listener

    /// Makes the listener; `onRunning` hears of the address once it is bound.
    ///
    /// Throws an error of NIOSSL where certificate and key do not load.
    package init(
        configuration: ListenerConfiguration, sources: Sources, logger: Logger,
        onRunning: @escaping @Sendable (SocketAddress) -> Void = { _ in }
    ) throws {
        listener = try Listener(
            Self.router(sources), name: "public", configuration: configuration, clientVerification: nil,
            logger: logger, onRunning: onRunning)
    }

    package func run() async throws {
        try await listener.run()
    }

    /// The routes, behind the middleware that all answers pass.
    ///
    /// `rate` is of transactions, `lists` of requests for which all that stands on the ledger is looked at.
    static func router(
        _ sources: Sources, rate: AddressRate = AddressRate(), lists: AddressRate = AddressRate()
    ) -> Router<PublicContext> {
        let router = Router(context: PublicContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ProblemMiddleware())
        LedgerRoutes(sources: sources, rate: rate).addRoutes(to: router)
        LogRoutes(
            view: { sources.ledger.view }, ledger: sources.ledger.archive, receipts: sources.receipts
        ).addRoutes(to: router)
        IdentityRoutes(ledger: sources.ledger).addRoutes(to: router)
        CatalogRoutes(sources: sources, rate: lists).addRoutes(to: router)
        HealthRoutes(sources: sources).addRoutes(to: router)
        router.refuseOtherMethods()
        return router
    }
}
