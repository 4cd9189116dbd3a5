package import NIOCore

/// What has come in and waits until its event loop has time for it, in its order.
///
/// A queue that is worked off again was a burst. Where the first of it has waited too long for a while, more comes in than
/// is worked off, and the queue stands (the distinction of CoDel: RFC 8289, section 3); until it is empty again, what has
/// waited too long is late, and better refused than served: so what is served has waited no longer.
package struct ArrivalQueue<Element> {
    private var waiting = CircularBuffer<(element: Element, since: NIODeadline)>()
    private let target: TimeAmount
    private let interval: TimeAmount
    private let slice: TimeAmount
    private let limit: Int
    /// Since when the first has waited too long.
    private var tooLongSince: NIODeadline?
    private var stands = false

    /// - Parameters:
    ///   - target: how long a wait may be for good.
    ///   - interval: for how long it may be longer.
    ///   - slice: for how long a turn of the loop begins some, before it looks at what else there is to do.
    ///   - limit: how many wait at most.
    package init(target: TimeAmount, interval: TimeAmount, slice: TimeAmount, limit: Int) {
        self.target = target
        self.interval = interval
        self.slice = slice
        self.limit = limit
    }

    package var isEmpty: Bool { self.waiting.isEmpty }

    /// Whether what comes in may begin at once: nobody waits, and the turn has not begun some for long.
    ///
    /// Turns stay short in that way, so that providers' answers and receipts do not wait for everything that was asked.
    package func hasTime(at now: NIODeadline, turnBegan: NIODeadline) -> Bool {
        self.isEmpty && now - turnBegan <= self.slice
    }

    /// Takes one more; `false` if there is no room.
    package mutating func append(_ element: Element, at now: NIODeadline) -> Bool {
        guard self.waiting.count < self.limit else { return false }
        self.waiting.append((element, now))
        return true
    }

    /// Takes out what goes next, and says whether it has waited too long in a queue that stands; `nil` if there is nothing,
    /// or the turn has begun some for long.
    package mutating func next(
        at now: NIODeadline, turnBegan: NIODeadline
    ) -> (element: Element, isLate: Bool)? {
        guard now - turnBegan < self.slice, let (element, since) = self.waiting.popFirst() else { return nil }
        let isTooLong = now - since > self.target
        if isTooLong {
            self.tooLongSince = self.tooLongSince ?? now
            self.stands = self.stands || now - (self.tooLongSince ?? now) > self.interval
        } else {
            self.tooLongSince = nil
        }
        defer { if self.waiting.isEmpty { (self.tooLongSince, self.stands) = (nil, false) } }
        return (element, self.stands && isTooLong)
    }
}
