import NIOCore
import Testing

@testable import Relay

@Suite struct ArrivalQueueTests {
    private var queue = ArrivalQueue<Int>(target: .milliseconds(100), interval: .milliseconds(200), limit: 5000)
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func time(_ milliseconds: Int64) -> NIODeadline { self.start + .milliseconds(milliseconds) }

    private mutating func add(_ element: Int, at milliseconds: Int64, times: Int = 1) {
        for _ in 0..<times {
            let taken = self.queue.append(element, at: self.time(milliseconds))
            #expect(taken)
        }
    }

    private mutating func isLate(at milliseconds: Int64) -> Bool? {
        self.queue.next(at: self.time(milliseconds))?.isLate
    }

    /// Works off one each ten milliseconds, from one moment until another, while so many come in at each; what was let in,
    /// and how long each had waited.
    private mutating func run(from: Int64, to end: Int64, arriving: Int) -> (waits: [Int64], late: Int) {
        var (waits, late): ([Int64], Int) = ([], 0)
        for now in stride(from: from, to: end, by: 10) {
            self.add(Int(now), at: now, times: arriving)
            // What is late costs next to nothing.
            while let (since, isLate) = self.queue.next(at: self.time(now)) {
                if isLate { late += 1 } else { waits.append(now - Int64(since)) }
                if !isLate { break }
            }
        }
        return (waits, late)
    }

    @Test mutating func goesInItsOrder() {
        for number in 0..<10 { self.add(number, at: 0) }
        let taken = (0..<10).map { _ in self.queue.next(at: self.time(50)) }
        #expect(taken.map { $0?.element } == Array(0..<10))
        #expect(taken.allSatisfy { $0?.isLate == false })
        #expect(self.queue.isEmpty)
        let none = self.isLate(at: 50)
        #expect(none == nil)
    }

    @Test mutating func aBurstIsWorkedOff() {
        self.add(0, at: 0, times: 29)
        let (waits, late) = self.run(from: 0, to: 300, arriving: 0)
        #expect(waits == (0..<29).map { $0 * 10 })
        #expect(late == 0)
    }

    @Test mutating func aQueueThatStandsIsKeptShort() {
        // Twice of what can be worked off: 200 ms until the first has waited too long, 200 until that has lasted.
        let (before, none) = self.run(from: 0, to: 400, arriving: 2)
        #expect(none == 0 && before.last == 200)
        let (waits, late) = self.run(from: 400, to: 5000, arriving: 2)
        #expect(waits.dropFirst(2).allSatisfy { $0 <= 100 })
        #expect(waits.count == 460)
        // Of two each time one goes; what had gathered went at once.
        #expect((450...480).contains(late))
    }

    @Test mutating func whenTheQueueIsEmptyAllIsForgotten() {
        _ = self.run(from: 0, to: 5000, arriving: 2)
        _ = self.run(from: 5000, to: 6000, arriving: 0)
        #expect(self.queue.isEmpty)
        self.add(6000, at: 6000, times: 29)
        let burst = self.run(from: 6000, to: 6300, arriving: 0)
        #expect(burst.late == 0 && burst.waits.count == 29)
    }

    @Test mutating func waitsThatAreLongNowAndThenAreNone() {
        self.add(0, at: 0)
        for round in 1..<20 as Range<Int64> {
            // Somebody always waits, every second one for too long.
            let time = round * 200
            self.add(0, at: time - 30)
            let first = self.isLate(at: time)
            self.add(0, at: time)
            let second = self.isLate(at: time)
            #expect(first == false && second == false)
        }
        #expect(!self.queue.isEmpty)
    }

    @Test func takesNoMoreThanItsBound() {
        var queue = ArrivalQueue<Int>(target: .milliseconds(100), interval: .milliseconds(200), limit: 2)
        let taken = (0..<3).map { queue.append($0, at: self.start) }
        #expect(taken == [true, true, false])
        let first = queue.next(at: self.start)?.element
        #expect(first == 0)
        let again = queue.append(3, at: self.start)
        #expect(again)
    }
}
