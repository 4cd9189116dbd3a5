package import NIOCore

/// Whether content comes as fast as it has to: so many bytes in each stretch of time in which it is its sender's turn.
///
/// Pure: bytes and moments are told. While the gateway itself does not read, no time passes for the sender.
package struct ContentPace: Hashable, Sendable {
    private let least: Int64
    private let window: TimeAmount
    private var bytes: Int64 = 0
    private var waited: TimeAmount = .nanoseconds(0)
    /// When the turn was last seen to be the sender's.
    private var since: NIODeadline?

    /// - Parameters:
    ///   - rate: bytes a second; 0 is as slow as one likes.
    ///   - window: over how long the rate is measured.
    package init(rate: Int, window: TimeAmount) {
        self.least = Int64(rate) * max(1, window.nanoseconds / 1_000_000_000)
        self.window = window
    }

    /// Bytes came.
    package mutating func moved(_ count: Int) { self.bytes &+= Int64(count) }

    /// Takes the time; `false` once a whole window brought fewer bytes than it has to.
    /// - Parameter isTurn: more is waited for, and nobody but the sender holds it up.
    package mutating func isKept(isTurn: Bool, now: NIODeadline) -> Bool {
        defer { self.since = isTurn ? now : nil }
        guard isTurn, let since = self.since else { return true }
        self.waited = self.waited + (now - since)
        guard self.waited >= self.window else { return true }
        defer { (self.bytes, self.waited) = (0, .nanoseconds(0)) }
        return self.bytes >= self.least
    }
}
