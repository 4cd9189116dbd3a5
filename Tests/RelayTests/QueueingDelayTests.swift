import NIOCore
import Testing

@testable import Relay

@Suite struct QueueingDelayTests {
    private var delay = QueueingDelay(target: .milliseconds(100), interval: .milliseconds(500))
    private var now = NIODeadline.uptimeNanoseconds(1_000_000_000)

    /// Turns of so many milliseconds each, one right behind the other; whether something was late at the end of each.
    private mutating func turns(_ lengths: Int64...) -> [Bool] {
        lengths.map { length in
            _ = self.delay.turnGoesOn(at: self.now)
            self.now = self.now + .milliseconds(length)
            defer { self.delay.turnEnded(at: self.now) }
            return self.delay.isExceeded(at: self.now)
        }
    }

    @Test mutating func shortTurnsAreNeverLate() {
        for _ in 0..<100 {
            let late = self.turns(100)
            #expect(late == [false])
        }
    }

    @Test mutating func oneLongTurnIsABurst() {
        let late = self.turns(5000, 1, 5000)
        #expect(late == [false, false, false])
    }

    @Test mutating func turnsThatStayLongAreAQueue() {
        // The fourth ends 600 ms after the first began.
        let late = self.turns(150, 150, 150, 150, 150, 100, 150)
        #expect(late == [false, false, false, true, true, false, false])
    }

    @Test mutating func whatIsHandledEarlyInATurnIsNotLate() {
        _ = self.turns(150, 150, 150, 150)
        _ = self.delay.turnGoesOn(at: self.now)
        #expect(!self.delay.isExceeded(at: self.now + .milliseconds(100)))
        #expect(self.delay.isExceeded(at: self.now + .milliseconds(101)))
    }

    @Test mutating func aPauseEndsTheQueue() {
        _ = self.turns(150, 150, 150, 150)
        // Other work of the loop, such as handshakes, is no pause.
        self.now = self.now + .milliseconds(500)
        let still = self.turns(150)
        #expect(still == [true])
        self.now = self.now + .milliseconds(501)
        let late = self.turns(150)
        #expect(late == [false])
    }

    @Test mutating func workInsideATurnBeginsNone() {
        let began = self.delay.turnGoesOn(at: self.now)
        let again = self.delay.turnGoesOn(at: self.now)
        #expect(began && !again)
    }
}

@Suite struct SharesTests {
    @Test func noneTakesMoreThanItsShare() {
        let shares = Shares<String>(of: 2)
        let taken = (0..<3).map { _ in shares.take("a") }
        #expect(taken == [true, true, false])
        #expect(shares.take("b"))
        shares.giveBack("a")
        #expect(shares.take("a"))
    }

    @Test func littleIsLessThanHalfOfTheAverage() {
        let shares = Shares<String>(of: 100)
        #expect(!shares.holdsLittle("a"))
        for _ in 0..<10 { _ = shares.take("a") }
        #expect(!shares.holdsLittle("a"))
        #expect(shares.holdsLittle("b"))
        // 3 of 13, where two cities have 6.5 on average; then 4 of 14.
        for _ in 0..<3 { _ = shares.take("b") }
        #expect(shares.holdsLittle("b"))
        _ = shares.take("b")
        #expect(!shares.holdsLittle("b"))
        for _ in 0..<10 { shares.giveBack("a") }
        #expect(!shares.holdsLittle("b"))
    }
}
