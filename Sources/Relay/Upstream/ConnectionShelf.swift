package import NIOCore

/// The connections to one origin on one event loop, as a pure machine: who gets which, who waits, when to connect, and
/// when to leave an origin alone that does not answer.
package struct ConnectionShelf<Connection: AnyObject, Waiter> {
    /// What to do for someone who wants a connection.
    package enum Lease {
        /// Use this one, which has served before.
        case use(Connection)
        /// Open one; the waiter gets the next that becomes free.
        case connect
        /// Wait; as many as allowed are open or being opened.
        case wait
        /// Too many are waiting, or the first of them for too long.
        case refuseFull
        /// The origin failed too often of late.
        case refuseBroken
    }

    private struct Idle {
        let connection: Connection
        let since: NIODeadline
    }

    private let maximumOpen: Int
    private let maximumIdle: Int
    private let maximumWaiting: Int
    private let maximumOpening: Int
    private let patience: TimeAmount
    private var idle: [Idle] = []
    private var waiters = CircularBuffer<(id: UInt64, waiter: Waiter, since: NIODeadline)>()
    private var nextID: UInt64 = 0
    /// Open connections, idle ones and those being opened included.
    private var open = 0
    /// Those being opened.
    ///
    /// A handshake costs both ends more than an exchange: many at a time would all take too long.
    private var opening = 0
    private var failures = 0
    private var lastFailure: NIODeadline?
    private var closedUntil: NIODeadline?

    /// - Parameter patience: how long the first of those who wait may have waited for one more to join them.
    package init(
        maximumOpen: Int, maximumIdle: Int, maximumWaiting: Int, maximumOpening: Int, patience: TimeAmount
    ) {
        self.maximumOpen = maximumOpen
        self.maximumIdle = maximumIdle
        self.maximumWaiting = maximumWaiting
        self.maximumOpening = maximumOpening
        self.patience = patience
    }

    /// Nothing is open, nobody waits and nothing has to be remembered: the shelf can be thrown away.
    package func isEmpty(now: NIODeadline) -> Bool {
        self.open == 0 && self.waiters.isEmpty && self.lastFailure.map { $0 + Self.memory < now } ?? true
    }

    /// How many are open, idle ones included.
    package var openCount: Int { self.open }
    package var idleCount: Int { self.idle.count }
    package var waitingCount: Int { self.waiters.count }

    /// Somebody wants a connection.
    /// - Parameters:
    ///   - fresh: one that has not served before.
    ///   - waiter: what is handed back by `connected`, `returned` or `connectFailed` where the answer is to wait.
    /// - Returns: what to do, and the id to give up waiting with.
    package mutating func lease(fresh: Bool, now: NIODeadline, waiter: Waiter) -> (Lease, id: UInt64) {
        self.nextID &+= 1
        if !fresh, let last = self.idle.popLast() { return (.use(last.connection), self.nextID) }
        if let closedUntil = self.closedUntil {
            // One connection is tried when the time is over; the others are refused until it has come out.
            guard now >= closedUntil, self.open == 0 || self.idle.count == self.open else {
                return (.refuseBroken, self.nextID)
            }
            self.closedUntil = now + Self.pause(after: self.failures)
        }
        if !self.mayOpen {
            // Asked for a fresh one, but there is no room for it: better one that has served than to wait beside it.
            if let last = self.idle.popLast() { return (.use(last.connection), self.nextID) }
            let isLate = self.waiters.first.map { now - $0.since > self.patience } ?? false
            guard !isLate else { return (.refuseFull, self.nextID) }
        }
        guard self.waiters.count < self.maximumWaiting else { return (.refuseFull, self.nextID) }
        self.waiters.append((self.nextID, waiter, now))
        return (self.opensAnother() ? .connect : .wait, self.nextID)
    }

    private var mayOpen: Bool { self.open < self.maximumOpen && self.opening < self.maximumOpening }

    /// Whether one more is to be opened, which it then counts as.
    private mutating func opensAnother() -> Bool {
        guard self.mayOpen else { return false }
        self.open += 1
        self.opening += 1
        return true
    }

    /// Opening a connection has come out: whether one is to be opened for somebody who still waits.
    package mutating func opensNext() -> Bool {
        self.closedUntil == nil && self.waiters.count > self.opening && self.opensAnother()
    }

    /// Somebody no longer waits.
    ///
    /// The connection opened for them stays of use for the next.
    package mutating func giveUp(_ id: UInt64) {
        guard let index = self.waiters.firstIndex(where: { $0.id == id }) else { return }
        self.waiters.remove(at: index)
    }

    /// A connection was opened.
    /// - Returns: who gets it; with nobody waiting it is kept.
    package mutating func connected(_ connection: Connection, now: NIODeadline) -> Waiter? {
        self.opening -= 1
        self.failures = 0
        self.lastFailure = nil
        self.closedUntil = nil
        return self.hand(connection, now: now)
    }

    /// A connection has served and may serve again.
    /// - Parameter mayKeep: there is room for one more without work, whatever this origin has.
    /// - Returns: who gets it next. With nobody waiting it is kept, unless enough are: then it has to be closed.
    package mutating func returned(
        _ connection: Connection, mayKeep: Bool = true, now: NIODeadline
    ) -> (waiter: Waiter?, close: Bool) {
        if self.waiters.isEmpty, !mayKeep || self.idle.count >= self.maximumIdle { return (nil, true) }
        return (self.hand(connection, now: now), false)
    }

    private mutating func hand(_ connection: Connection, now: NIODeadline) -> Waiter? {
        if let first = self.waiters.popFirst() { return first.waiter }
        self.idle.append(Idle(connection: connection, since: now))
        return nil
    }

    /// Opening a connection failed.
    /// - Returns: who has to be told: all, where nothing is open and nothing more is tried.
    package mutating func connectFailed(now: NIODeadline) -> [Waiter] {
        self.open -= 1
        self.opening -= 1
        self.failures += 1
        self.lastFailure = now
        if self.failures >= Self.tolerated { self.closedUntil = now + Self.pause(after: self.failures) }
        guard self.closedUntil != nil, self.open == 0 else { return self.waiters.popFirst().map { [$0.waiter] } ?? [] }
        defer { self.waiters.removeAll() }
        return self.waiters.map(\.waiter)
    }

    /// An open connection closed.
    /// - Returns: whether one is to be opened for somebody who waits.
    package mutating func closed(_ connection: Connection) -> Bool {
        self.open -= 1
        if let index = self.idle.firstIndex(where: { $0.connection === connection }) { self.idle.remove(at: index) }
        return self.waiters.count > self.open && self.opensAnother()
    }

    /// Takes the connections out that had no work since a moment; they are to be closed, which `closed` then hears of.
    package mutating func stale(before moment: NIODeadline) -> [Connection] {
        let count = self.idle.prefix { $0.since < moment }.count
        defer { self.idle.removeFirst(count) }
        return self.idle.prefix(count).map(\.connection)
    }

    /// Takes every idle connection out.
    package mutating func allIdle() -> [Connection] {
        defer { self.idle.removeAll() }
        return self.idle.map(\.connection)
    }

    /// Failures in a row after which an origin is left alone for a while.
    private static var tolerated: Int { 5 }

    /// How long a failure is remembered after which nobody asked any more; longer than the longest pause.
    private static var memory: TimeAmount { .seconds(60) }

    private static func pause(after failures: Int) -> TimeAmount {
        .seconds(min(30, 1 << Int64(min(5, max(0, failures - Self.tolerated)))))
    }
}
