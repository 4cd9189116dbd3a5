import CityIdentity
import Ledger
import Logging
import NIOCore

/// What one event loop keeps: its connections, exchanges, upstream pool and caches.
///
/// Bound to the loop.
final class RelayLoop {
    let core: RelayCore
    let eventLoop: any EventLoop
    let pool: UpstreamPool
    var caches = LoopCaches()
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var exchanges: [ObjectIdentifier: Exchange] = [:]
    /// Streams whose requests were refused before there was an exchange, and by when that has to be taken.
    private var refusals: [ObjectIdentifier: (stream: ExchangeHandler, deadline: NIODeadline)] = [:]
    private var checkedHeight: UInt64?
    private var sweeps = 0
    /// Requests that were read and not begun, because so much else was.
    private var arrivals: ArrivalQueue<ExchangeHandler>
    /// When the turn of the loop began that is under way: it handles what was ready then.
    private var turnBegan: NIODeadline?
    /// The waiting are looked at again soon, whatever comes in.
    private var looksAgain = false
    /// For how long one turn begins exchanges.
    private let slice: TimeAmount
    private(set) var isDraining = false

    init(core: RelayCore, eventLoop: any EventLoop) {
        self.core = core
        self.eventLoop = eventLoop
        let (queue, limit) = (core.configuration.timeouts.queue, core.configuration.limits.exchanges)
        self.slice = min(.milliseconds(2), .nanoseconds(queue.nanoseconds / 20))
        self.arrivals = ArrivalQueue(target: queue, interval: queue * 2, slice: self.slice, limit: limit)
        self.pool = UpstreamPool(
            eventLoop: eventLoop,
            connector: UpstreamConnector(
                tls: core.tls.client, configuration: core.configuration, view: core.view, clock: core.clock,
                resolver: core.resolver),
            limits: core.configuration.limits,
            patience: core.configuration.timeouts.upstreamQueue)
    }

    // MARK: Connections

    /// A connection was accepted; it has to prove who it is.
    func accepted(_ connection: ConnectionHandler) {
        self.connections[ObjectIdentifier(connection)] = connection
        if self.isDraining { connection.cut() }
    }

    /// A connection proved who it is.
    /// - Returns: `false` if its city has as many connections as one may have.
    func admit(_ connection: ConnectionHandler, peer: PeerKey) -> Bool { self.core.admitConnection(of: peer) }

    func forget(_ connection: ConnectionHandler) {
        guard self.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        if connection.isHandshaking { self.core.handshakeEnded(from: connection.address) }
        self.core.connectionClosed(of: connection.peer)
    }

    // MARK: Exchanges

    /// Whether one more exchange is taken on: `nil` if so, and `RelayCore.endExchange` is owed then.
    func takeOn(_ peer: PeerKey) -> Problem? { self.core.beginExchange(of: peer, isDraining: self.isDraining) }

    /// Something came in on the loop, from either side.
    func hasWork() {
        guard self.turnBegan == nil else { return }
        self.turnBegan = .now()
        // Runs when all that was ready has been handled.
        self.eventLoop.assumeIsolated().execute {
            self.turnBegan = nil
            self.beginWaiting()
        }
    }

    /// Whether an exchange may begin at once.
    var hasTime: Bool {
        let now = NIODeadline.now()
        return self.arrivals.hasTime(at: now, turnBegan: self.turnBegan ?? now)
    }

    /// Puts a request that was taken on behind those that wait; `false` if there is no room.
    func enqueue(_ handler: ExchangeHandler) -> Bool {
        defer { self.lookAgain() }
        return self.arrivals.append(handler, at: .now())
    }

    private func lookAgain() {
        guard !self.looksAgain, !self.arrivals.isEmpty else { return }
        self.looksAgain = true
        // Mostly something comes in before. Not sooner, since a loop takes nothing in as long as it has tasks that are due.
        self.eventLoop.assumeIsolated().scheduleTask(in: self.slice * 2) {
            self.looksAgain = false
            self.beginWaiting()
        }
    }

    /// Begins those that wait for a while, and refuses those that came too late, before anything is done for them.
    ///
    /// A city that had little under way when it asked is heard all the same.
    private func beginWaiting() {
        guard !self.arrivals.isEmpty else { return }
        let start = NIODeadline.now()
        var now = start
        while let (handler, isLate) = self.arrivals.next(at: now, turnBegan: start) {
            if isLate, !handler.mayBeLate {
                handler.refuseWaiting(Problem(.overloaded, "requests wait too long at the moment", retryAfter: 1))
            } else {
                handler.beginWaiting()
            }
            now = .now()
        }
        self.lookAgain()
    }

    func began(_ exchange: Exchange) { self.exchanges[ObjectIdentifier(exchange)] = exchange }
    func ended(_ exchange: Exchange) { self.exchanges[ObjectIdentifier(exchange)] = nil }

    /// A stream was refused, and is open until the consumer has taken that and ended its request.
    func refused(_ stream: ExchangeHandler) {
        self.refusals[ObjectIdentifier(stream)] = (stream, .now() + self.core.configuration.timeouts.body)
    }

    func refusalEnded(_ stream: ExchangeHandler) { self.refusals[ObjectIdentifier(stream)] = nil }

    /// Nothing is open: the loop can stop.
    var isQuiet: Bool { self.connections.isEmpty && self.exchanges.isEmpty }

    // MARK: Housekeeping

    /// How often deadlines and keys are looked at; revocation takes effect within it.
    static let sweepInterval: TimeAmount = .milliseconds(200)

    /// Ends what is over its time, and what belongs to a key that is no longer good.
    func sweep() {
        let now = NIODeadline.now()
        for exchange in self.exchanges.values.filter({ $0.deadline <= now }) { exchange.timedOut() }
        for exchange in self.exchanges.values.filter({ !$0.keepsPace(at: now) }) { exchange.fellBehind() }
        for refusal in self.refusals.values.filter({ $0.deadline <= now }) {
            self.refusalEnded(refusal.stream)
            refusal.stream.giveUp()
        }
        let isOver = { (connection: ConnectionHandler) in connection.deadline.map { $0 <= now } ?? false }
        for connection in self.connections.values.filter(isOver) { connection.timedOut() }
        self.pool.sweep(now: now, idleTimeout: self.core.configuration.timeouts.upstreamIdle)
        // Keys and certificates end by themselves too, so that once a second they are looked at in any case.
        self.sweeps &+= 1
        let view = self.core.view()
        guard view.height != self.checkedHeight || self.sweeps % 5 == 0 else { return }
        self.checkedHeight = view.height
        let time = view.judged(at: self.core.clock())
        // Thousands of connections may be of one key.
        var judged: [PeerKey: Bool] = [:]
        func isRevoked(_ peer: PeerKey) -> Bool {
            if let known = judged[peer] { return known }
            let isRevoked = !PeerVerification.isActive(peer, view: view, now: time)
            judged[peer] = isRevoked
            return isRevoked
        }
        for connection in self.connections.values.filter({ $0.peer.map(isRevoked) ?? false }) {
            self.core.cut(connection.peer)
            connection.cut()
        }
        for exchange in Array(self.exchanges.values) {
            guard let permit = exchange.permit, !self.core.admission.stands(permit, view: view, now: time) else {
                continue
            }
            self.core.log(exchange, level: .notice, "an exchange was cut: what permitted it no longer stands")
            exchange.cut()
            exchange.handler.abort()
        }
        self.pool.closeConnections(where: isRevoked)
    }

    /// Lets what is under way come to its end and begins nothing new.
    func drain() {
        self.isDraining = true
        for connection in Array(self.connections.values) { connection.quiesce() }
        self.pool.close()
    }

    /// Ends whatever is still there.
    func closeAll() {
        for connection in Array(self.connections.values) { connection.cut() }
    }
}
