import NIOCore
import Testing

@testable import Relay

@Suite struct ArrivalQueueTests {
    private var queue = Self.queue(limit: 5000)
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private static func queue(limit: Int) -> ArrivalQueue<Int> {
        ArrivalQueue(target: .milliseconds(100), interval: .milliseconds(200), slice: .milliseconds(2), limit: limit)
    }

    private func time(_ milliseconds: Int64) -> NIODeadline { self.start + .milliseconds(milliseconds) }

    private mutating func add(_ element: Int, at milliseconds: Int64, times: Int = 1) {
        for _ in 0..<times {
            let taken = self.queue.append(element, at: self.time(milliseconds))
            #expect(taken)
        }
    }

    /// What goes next as the first of a turn.
    private mutating func next(at milliseconds: Int64) -> (element: Int, isLate: Bool)? {
        self.queue.next(at: self.time(milliseconds), turnBegan: self.time(milliseconds))
    }

    private mutating func isLate(at milliseconds: Int64) -> Bool? {
        self.next(at: milliseconds)?.isLate
    }

    /// Works off one each ten milliseconds, from one moment until another, while so many come in at each; what was let in,
    /// and how long each had waited.
    private mutating func run(from: Int64, to end: Int64, arriving: Int) -> (waits: [Int64], late: Int) {
        var (waits, late): ([Int64], Int) = ([], 0)
        for now in stride(from: from, to: end, by: 10) {
            self.add(Int(now), at: now, times: arriving)
            // What is late costs next to nothing.
            while let (since, isLate) = self.next(at: now) {
                if isLate { late += 1 } else { waits.append(now - Int64(since)) }
                if !isLate { break }
            }
        }
        return (waits, late)
    }

    @Test mutating func goesInItsOrder() {
        for number in 0..<10 { self.add(number, at: 0) }
        let taken = (0..<10).map { _ in self.next(at: 50) }
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
        var queue = Self.queue(limit: 2)
        let taken = (0..<3).map { queue.append($0, at: self.start) }
        #expect(taken == [true, true, false])
        let first = queue.next(at: self.start, turnBegan: self.start)?.element
        #expect(first == 0)
        let again = queue.append(3, at: self.start)
        #expect(again)
    }

    /// A loop before which ever more comes in than it can do: a beginning takes 0.3 ms of it, and reading the answer 0.2 ms.
    ///
    /// In each turn it takes in what came meanwhile, then works the queue off, then reads the answers to what it had begun.
    @Test func answersAreReadBetweenBeginnings() {
        var queue = Self.queue(limit: 100_000)
        let (beginning, reading) = (TimeAmount.microseconds(300), TimeAmount.microseconds(200))
        var now = self.start
        /// When each that has no answer yet was begun.
        var begun: [NIODeadline] = []
        var (came, answered, late, most, longest) = (0, 0, 0, 0, TimeAmount.zero)
        while now < self.start + .seconds(10) {
            // 10,000 come in a second, five times as many as can be done.
            let due = Int((now - self.start).nanoseconds / 100_000) + 100
            // To ask the system what is ready takes a little too.
            now = now + .microseconds(50)
            let turnBegan = now
            for number in came..<max(came, due) {
                if queue.hasTime(at: now, turnBegan: turnBegan) {
                    begun.append(now)
                    now = now + beginning
                } else {
                    let taken = queue.append(number, at: now)
                    #expect(taken)
                }
            }
            came = max(came, due)
            let begins = now
            while let (_, isLate) = queue.next(at: now, turnBegan: begins) {
                if isLate {
                    late += 1
                } else {
                    begun.append(now)
                    now = now + beginning
                }
            }
            most = max(most, begun.count)
            for moment in begun {
                now = now + reading
                longest = max(longest, now - moment)
                answered += 1
            }
            begun = []
        }
        // Seven beginnings take 2.1 ms, in the taking in and in the working off; then their answers are read.
        #expect(most <= 14)
        #expect(longest <= .milliseconds(8))
        // 2,000 a second but for what turns take themselves, and nearly all the rest is told so.
        #expect((19_000...20_000).contains(answered))
        #expect(late > 75_000)
    }
}
