package import NIOCore

/// How long what comes in waits for its event loop, and whether that lasts.
///
/// A turn of the loop handles what was ready when it began, so that what is handled late in a turn has waited since then at
/// least. One turn that is too long is a burst, which passes; where turn after turn is, a queue stands that does not shrink by
/// itself (the distinction of CoDel: RFC 8289, section 3). Then what comes late in a turn is better refused at once.
package struct QueueingDelay {
    private let target: TimeAmount
    private let interval: TimeAmount
    /// When the turn under way began.
    private var began: NIODeadline?
    private var ended = NIODeadline.uptimeNanoseconds(0)
    /// Since when every turn has been too long.
    private var tooLongSince: NIODeadline?

    /// - Parameters:
    ///   - target: how long a wait may be for good.
    ///   - interval: for how long it may be longer.
    package init(target: TimeAmount, interval: TimeAmount) {
        self.target = target
        self.interval = interval
    }

    /// The loop has something to do.
    /// - Returns: whether a turn begins with it; `turnEnded` is owed then.
    package mutating func turnGoesOn(at now: @autoclosure () -> NIODeadline) -> Bool {
        guard self.began == nil else { return false }
        let now = now()
        // For so long the loop had nothing of this to do: there was no queue.
        if now - self.ended > self.interval { self.tooLongSince = nil }
        self.began = now
        return true
    }

    package mutating func turnEnded(at now: NIODeadline) {
        guard let began = self.began else { return }
        if now - began <= self.target {
            self.tooLongSince = nil
        } else if self.tooLongSince == nil {
            self.tooLongSince = began
        }
        (self.began, self.ended) = (nil, now)
    }

    /// Whether what is handled now has waited too long, in a queue that stands.
    package func isExceeded(at now: @autoclosure () -> NIODeadline) -> Bool {
        guard let tooLongSince, let began = self.began else { return false }
        let now = now()
        return now - began > self.target && now - tooLongSince > self.interval
    }
}
