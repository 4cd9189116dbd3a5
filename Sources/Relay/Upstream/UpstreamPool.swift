import CityIdentity
import NIOCore
import NIOPosix
import NIOSSL

/// Somebody who wants a connection to a provider's system.
protocol UpstreamWaiter: AnyObject {
    func upstreamReady(_ connection: UpstreamConnection)
    func upstreamUnavailable(_ error: RelayError)
}

/// The upstream connections of one event loop, bound to it.
final class UpstreamPool {
    /// What connections may be shared by: the origin, and whose keys prove it.
    struct Key: Hashable {
        let origin: UpstreamOrigin
        let provider: IdentificationCode
    }

    private typealias Shelf = ConnectionShelf<UpstreamConnection, any UpstreamWaiter>

    private let eventLoop: any EventLoop
    private let connector: UpstreamConnector
    private let limits: RelayLimits
    /// How long the first exchange that waits for an origin may have waited for another to wait behind it.
    private let patience: TimeAmount
    private var shelves: [Key: Shelf] = [:]
    /// Every open connection, lent or idle.
    private var connections: [ObjectIdentifier: UpstreamConnection] = [:]
    /// Connections without work, by the city whose origins they lead to.
    private var idleOfCities: [IdentificationCode: Int] = [:]
    private var isClosing = false

    init(eventLoop: any EventLoop, connector: UpstreamConnector, limits: RelayLimits, patience: TimeAmount) {
        self.eventLoop = eventLoop
        self.patience = patience
        self.connector = connector
        self.limits = limits
    }

    /// Asks for a connection; the waiter hears of it, possibly before this returns.
    /// - Parameter fresh: one that has not served before, since one that had turned out to be closed.
    /// - Returns: what gives the waiting up.
    func lease(_ key: Key, fresh: Bool, waiter: any UpstreamWaiter) -> UInt64 {
        guard !self.isClosing else {
            waiter.upstreamUnavailable(RelayError(.shuttingDown, "the gateway is shutting down"))
            return 0
        }
        while true {
            let (lease, id) = self.shelf(key) { $0.lease(fresh: fresh, now: .now(), waiter: waiter) }
            switch lease {
            case .use(let connection):
                // One that closed while it was idle is forgotten when its channel says so; it is of no use until then.
                guard connection.isActive else { continue }
                waiter.upstreamReady(connection)
            case .connect: self.connect(key)
            case .wait: break
            case .refuseFull:
                waiter.upstreamUnavailable(RelayError(.overloaded, "too many exchanges wait for the origin"))
            case .refuseBroken: waiter.upstreamUnavailable(RelayError(.upstream, "the origin failed too often of late"))
            }
            return id
        }
    }

    func giveUp(_ id: UInt64, key: Key) { self.shelf(key) { $0.giveUp(id) } }

    func giveBack(_ connection: UpstreamConnection, key: Key) {
        guard !self.isClosing else { return connection.abort() }
        let mayKeep = self.idleOfCities[key.provider.city, default: 0] < self.limits.upstreamIdlePerCity
        let (waiter, close) = self.shelf(key) { $0.returned(connection, mayKeep: mayKeep, now: .now()) }
        if close { connection.abort() } else { waiter?.upstreamReady(connection) }
    }

    func closed(_ connection: UpstreamConnection, key: Key) {
        guard self.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        if self.shelf(key, { $0.closed(connection) }) { self.connect(key) }
    }

    private func shelf<Result>(_ key: Key, _ body: (inout Shelf) -> Result) -> Result {
        let (result, change) = Self.use(
            &self.shelves[
                key,
                default: Shelf(
                    maximumOpen: self.limits.upstreamConnectionsPerOrigin, maximumIdle: self.limits.upstreamIdle,
                    maximumWaiting: self.limits.upstreamWaiters, maximumOpening: self.limits.upstreamOpening,
                    patience: self.patience)], body)
        if change != 0 {
            let count = self.idleOfCities[key.provider.city, default: 0] + change
            self.idleOfCities[key.provider.city] = count > 0 ? count : nil
        }
        return result
    }

    /// What came of it, and by how much the shelf's idle connections changed.
    private static func use<Result>(_ shelf: inout Shelf, _ body: (inout Shelf) -> Result) -> (Result, Int) {
        let before = shelf.idleCount
        let result = body(&shelf)
        return (result, shelf.idleCount - before)
    }

    private func connect(_ key: Key) {
        self.connector.connect(to: key, on: self.eventLoop, pool: self) { result in
            switch result {
            case .success(let connection) where !connection.isActive:
                let error = RelayError(.upstream, "the connection was closed at once")
                for waiter in self.shelf(key, { $0.connectFailed(now: .now()) }) { waiter.upstreamUnavailable(error) }
            case .success(let connection):
                self.connections[ObjectIdentifier(connection)] = connection
                self.shelf(key) { $0.connected(connection, now: .now()) }?.upstreamReady(connection)
            case .failure(let error):
                for waiter in self.shelf(key, { $0.connectFailed(now: .now()) }) { waiter.upstreamUnavailable(error) }
            }
            // While the gateway stops too: those who wait were accepted before.
            if self.shelf(key, { $0.opensNext() }) { self.connect(key) }
        }
    }

    // MARK: Housekeeping

    /// Closes what had no work for too long, and forgets origins nobody uses.
    func sweep(now: NIODeadline, idleTimeout: TimeAmount) {
        for key in Array(self.shelves.keys) {
            for connection in self.shelf(key, { $0.stale(before: now - idleTimeout) }) { connection.abort() }
            if self.shelf(key, { $0.isEmpty(now: now) }) { self.shelves[key] = nil }
        }
    }

    /// Closes connections whose peer's key is no longer good, whatever they are doing.
    func closeConnections(where isRevoked: (PeerKey) -> Bool) {
        for connection in self.connections.values where connection.peer.map(isRevoked) ?? false {
            connection.cut()
        }
    }

    /// Closes idle connections and opens no more; lent ones close when they are given back.
    func close() {
        self.isClosing = true
        for key in Array(self.shelves.keys) {
            for connection in self.shelf(key, { $0.allIdle() }) { connection.abort() }
        }
    }

    var openCount: Int { self.connections.count }
}
