import NIOCore
import Relay
import Testing

@Suite struct ConnectionShelfTests {
    final class Connection {}

    private typealias Shelf = ConnectionShelf<Connection, String>

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func shelf(opening: Int = 2) -> Shelf {
        Shelf(
            maximumOpen: 2, maximumIdle: 1, maximumWaiting: 3, maximumOpening: opening, patience: .milliseconds(500))
    }

    private func name(_ lease: Shelf.Lease) -> String {
        switch lease {
        case .use: "use"
        case .connect: "connect"
        case .wait: "wait"
        case .refuseFull: "full"
        case .refuseBroken: "broken"
        }
    }

    @Test func connectsUpToItsLimitAndThenLetsWait() {
        var shelf = self.shelf()
        let leases = ["a", "b", "c", "d"].map { self.name(shelf.lease(fresh: false, now: self.start, waiter: $0).0) }
        #expect(leases == ["connect", "connect", "wait", "full"])
        #expect(shelf.connected(Connection(), now: self.start) == "a")
        #expect(shelf.connected(Connection(), now: self.start) == "b")
        #expect(shelf.openCount == 2)
    }

    /// Handshakes cost: no more than so many are under way, and each that comes out begins the next.
    @Test func opensSoManyAtATime() {
        var shelf = self.shelf(opening: 1)
        let leases = ["a", "b", "c"].map { self.name(shelf.lease(fresh: false, now: self.start, waiter: $0).0) }
        #expect(leases == ["connect", "wait", "wait"])
        #expect(shelf.connected(Connection(), now: self.start) == "a")
        var opens = [shelf.opensNext(), shelf.opensNext()]
        #expect(opens == [true, false])
        #expect(shelf.connectFailed(now: self.start) == ["b"])
        opens = [shelf.opensNext(), shelf.opensNext()]
        #expect(opens == [true, false])
        #expect(shelf.connected(Connection(), now: self.start) == "c")
        opens = [shelf.opensNext()]
        #expect(opens == [false])
    }

    @Test func whoWouldWaitTooLongIsRefused() {
        var shelf = self.shelf(opening: 1)
        let later = self.start + .milliseconds(501)
        #expect(self.name(shelf.lease(fresh: false, now: self.start, waiter: "a").0) == "connect")
        #expect(self.name(shelf.lease(fresh: false, now: self.start + .milliseconds(500), waiter: "b").0) == "wait")
        #expect(self.name(shelf.lease(fresh: false, now: later, waiter: "c").0) == "full")
        #expect(shelf.connected(Connection(), now: later) == "a")
        #expect(self.name(shelf.lease(fresh: false, now: later, waiter: "c").0) != "full")
    }

    /// One slow handshake keeps nobody from opening another connection.
    @Test func nobodyIsRefusedWhileThereIsRoomForAnother() {
        var shelf = self.shelf(opening: 2)
        #expect(self.name(shelf.lease(fresh: false, now: self.start, waiter: "a").0) == "connect")
        #expect(self.name(shelf.lease(fresh: false, now: self.start + .seconds(4), waiter: "b").0) == "connect")
        #expect(self.name(shelf.lease(fresh: false, now: self.start + .seconds(4), waiter: "c").0) == "full")
    }

    /// Who wants a connection that has not served gets one that has, where all that may be open are.
    @Test func nobodyWaitsBesideAnIdleConnection() {
        var shelf = Shelf(
            maximumOpen: 1, maximumIdle: 1, maximumWaiting: 3, maximumOpening: 1, patience: .milliseconds(500))
        _ = shelf.lease(fresh: false, now: self.start, waiter: "a")
        let connection = Connection()
        _ = shelf.connected(connection, now: self.start)
        _ = shelf.returned(connection, now: self.start)
        guard case .use(let used) = shelf.lease(fresh: true, now: self.start, waiter: "b").0 else {
            Issue.record("the idle connection was not used")
            return
        }
        #expect(used === connection)
    }

    /// Nobody waits for connections that nobody opens.
    @Test func allAreToldWhenAnOriginIsGivenUp() {
        var shelf = Shelf(
            maximumOpen: 9, maximumIdle: 9, maximumWaiting: 9, maximumOpening: 1, patience: .milliseconds(500))
        for name in "abcdefg" { _ = shelf.lease(fresh: false, now: self.start, waiter: String(name)) }
        var told: [[String]] = []
        for _ in 0..<5 {
            told.append(shelf.connectFailed(now: self.start))
            _ = shelf.opensNext()
        }
        #expect(told == [["a"], ["b"], ["c"], ["d"], ["e", "f", "g"]])
        #expect(shelf.waitingCount == 0 && shelf.openCount == 0)
    }

    @Test func handsBackToWhoeverWaitsAndKeepsTheRest() {
        var shelf = self.shelf()
        _ = shelf.lease(fresh: false, now: self.start, waiter: "a")
        let first = Connection()
        #expect(shelf.connected(first, now: self.start) == "a")
        #expect(shelf.returned(first, now: self.start) == (nil, false))
        guard case .use(let again) = shelf.lease(fresh: false, now: self.start, waiter: "b").0 else {
            Issue.record("the idle connection was not used")
            return
        }
        #expect(again === first)
        #expect(shelf.returned(first, now: self.start) == (nil, false))
        #expect(self.name(shelf.lease(fresh: true, now: self.start, waiter: "c").0) == "connect")
        let second = Connection()
        #expect(shelf.connected(second, now: self.start) == "c")
        #expect(shelf.returned(second, now: self.start) == (nil, true))
    }

    @Test func givesUp() {
        var shelf = self.shelf()
        let (_, id) = shelf.lease(fresh: false, now: self.start, waiter: "a")
        shelf.giveUp(id)
        shelf.giveUp(id)
        #expect(shelf.connected(Connection(), now: self.start) == nil)
        #expect(shelf.idleCount == 1)
    }

    @Test func opensAnotherForWhoeverWaitsWhenOneCloses() {
        var shelf = self.shelf()
        for waiter in ["a", "b", "c"] { _ = shelf.lease(fresh: false, now: self.start, waiter: waiter) }
        let (first, second) = (Connection(), Connection())
        _ = shelf.connected(first, now: self.start)
        _ = shelf.connected(second, now: self.start)
        #expect(shelf.closed(first) == false)
        #expect(shelf.closed(second) == true)
        #expect(shelf.connected(Connection(), now: self.start) == "c")
    }

    @Test func closesWhatHadNoWork() {
        var shelf = Shelf(
            maximumOpen: 4, maximumIdle: 4, maximumWaiting: 4, maximumOpening: 4, patience: .milliseconds(500))
        let connections = (0..<3).map { _ in Connection() }
        for (index, connection) in connections.enumerated() {
            _ = shelf.lease(fresh: true, now: self.start, waiter: "x")
            _ = shelf.connected(connection, now: self.start)
            _ = shelf.returned(connection, now: self.start + .seconds(Int64(index)))
        }
        let stale = shelf.stale(before: self.start + .seconds(2))
        #expect(stale.count == 2)
        #expect(shelf.idleCount == 1)
        for connection in stale { #expect(shelf.closed(connection) == false) }
        #expect(shelf.allIdle().count == 1)
        #expect(shelf.closed(connections[2]) == false)
        #expect(shelf.isEmpty(now: self.start))
    }

    @Test func leavesAnOriginAloneThatDoesNotAnswerAndTriesAgain() {
        var shelf = self.shelf()
        for _ in 0..<5 {
            #expect(self.name(shelf.lease(fresh: false, now: self.start, waiter: "a").0) == "connect")
            #expect(shelf.connectFailed(now: self.start) == ["a"])
        }
        #expect(self.name(shelf.lease(fresh: false, now: self.start, waiter: "b").0) == "broken")
        #expect(!shelf.isEmpty(now: self.start))
        let later = self.start + .seconds(2)
        #expect(self.name(shelf.lease(fresh: false, now: later, waiter: "c").0) == "connect")
        #expect(self.name(shelf.lease(fresh: false, now: later, waiter: "d").0) == "broken")
        #expect(shelf.connected(Connection(), now: later) == "c")
        #expect(self.name(shelf.lease(fresh: false, now: later, waiter: "e").0) == "connect")
    }

    @Test func waitsLongerTheMoreOftenAnOriginFails() {
        var shelf = self.shelf()
        var now = self.start
        for _ in 0..<40 {
            if case .connect = shelf.lease(fresh: false, now: now, waiter: "a").0 { _ = shelf.connectFailed(now: now) }
            now = now + .seconds(31)
        }
        #expect(self.name(shelf.lease(fresh: false, now: now - .seconds(2), waiter: "b").0) == "broken")
        #expect(self.name(shelf.lease(fresh: false, now: now, waiter: "b").0) == "connect")
    }

    /// A shelf that nobody uses is thrown away, but not what is known of an origin that fails slowly.
    @Test func remembersFailuresBetweenTries() {
        var shelf = self.shelf()
        for failure in 1...5 {
            let now = self.start + .seconds(Int64(failure) * 10)
            #expect(self.name(shelf.lease(fresh: false, now: now, waiter: "a").0) == "connect")
            #expect(shelf.connectFailed(now: now) == ["a"])
            #expect(!shelf.isEmpty(now: now + .seconds(9)))
        }
        let now = self.start + .seconds(50)
        #expect(self.name(shelf.lease(fresh: false, now: now, waiter: "a").0) == "broken")
        #expect(!shelf.isEmpty(now: now + .seconds(59)))
        #expect(shelf.isEmpty(now: now + .seconds(61)))
        _ = shelf.lease(fresh: false, now: now + .seconds(2), waiter: "a")
        let connection = Connection()
        #expect(shelf.connected(connection, now: now + .seconds(2)) == "a")
        _ = shelf.closed(connection)
        #expect(shelf.isEmpty(now: now + .seconds(3)))
    }
}
