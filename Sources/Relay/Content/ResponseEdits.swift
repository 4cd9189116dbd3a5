import NIOCore
import NIOPosix
import Synchronization

/// Responses that a duty changes: held whole, and edited beside the event loops, which go on serving others.
///
/// Bounded by the bytes of all of them together; edits wait for a thread in the order they came, and what waits is among
/// those bytes.
final class ResponseEdits: Sendable {
    private let held = Mutex(0)
    private let limit: Int
    private let threads: NIOThreadPool
    /// Content up to this size is edited at once, since handing it over would take longer.
    private static let small = 16 << 10

    init(limit: Int, threads: NIOThreadPool) {
        self.limit = limit
        self.threads = threads
    }

    /// Makes room for so many more bytes; `false` where there is none.
    func hold(_ bytes: Int) -> Bool {
        self.held.withLock { held in
            guard bytes <= self.limit - held else { return false }
            held += bytes
            return true
        }
    }

    func release(_ bytes: Int) { self.held.withLock { $0 -= bytes } }

    /// Edits content; the result arrives on the event loop.
    func edit(
        _ content: [UInt8], on eventLoop: any EventLoop, _ edit: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) -> EventLoopFuture<[UInt8]> {
        guard content.count > Self.small else { return eventLoop.makeCompletedFuture { try edit(content) } }
        return self.threads.runIfActive(eventLoop: eventLoop) { try edit(content) }
    }
}
