import Synchronization

/// The room in memory for responses that duties change: what is held of all of them together is bounded.
final class ResponseEdits: Sendable {
    private let held = Mutex(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Makes room for so many more bytes; `false` where there is none.
    func hold(_ bytes: Int) -> Bool {
        self.held.withLock { held in
            guard bytes <= self.limit - held else { return false }
            held += bytes
            return true
        }
    }

    func release(_ bytes: Int) { self.held.withLock { $0 -= bytes } }
}
