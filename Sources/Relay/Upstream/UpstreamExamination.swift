import CityIdentity
package import Ledger
import NIOCore
import NIOPosix
import SharingPolicy

/// Connects to providers' systems as the gateway does, to find out beforehand whether it could.
package struct UpstreamExamination: Sendable {
    private let connector: UpstreamConnector
    private let limits: RelayLimits

    /// - Throws: `RelayError` if the gateway's key or certificate cannot be used.
    package init(configuration: GatewayConfiguration, identity: TLSIdentity, view: LedgerView) throws(RelayError) {
        let contexts: TLSContexts
        do {
            contexts = try TLSContexts(identity: identity, allowsTLS12: configuration.allowsTLS12)
        } catch {
            throw RelayError(.configuration, "the gateway's key or certificate cannot be used", cause: error)
        }
        self.limits = configuration.limits
        self.connector = UpstreamConnector(
            tls: contexts.client, configuration: configuration, view: { view }, clock: { Timestamp.now() },
            resolver: HostResolver(threads: .singleton))
    }

    /// Opens one connection to a dataset's origin, proves who is there, and closes it.
    /// - Throws: `RelayError` with the reason for which every exchange would fail.
    package func connect(to dataset: Dataset) async throws {
        let key = UpstreamPool.Key(
            origin: try UpstreamOrigin(dataset.origin), provider: dataset.identifier.provider)
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let done = eventLoop.makePromise(of: Void.self)
        eventLoop.execute {
            let pool = UpstreamPool(
                eventLoop: eventLoop, connector: self.connector, limits: self.limits, patience: .hours(1))
            self.connector.connect(to: key, on: eventLoop, pool: pool) { result in
                if case .success(let connection) = result { connection.abort() }
                done.completeWith(result.map { _ in () }.mapError { $0 as any Error })
            }
        }
        try await done.futureResult.get()
    }
}
