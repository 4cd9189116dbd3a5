import CityIdentity
import Synchronization
import TransparencyLog

/// The log as far as it is on stable storage, for all to read: the writer advances it, the anchorer marks what stands
/// on the ledger.
final class PublishedLog: Sendable {
    private struct State {
        var edge: TileAppender
        var anchored: UInt64
        var unanchoredSince: Timestamp?
        var divergence: String?
    }

    private let state: Mutex<State>

    /// Starts with what was stored, of which the first `anchored` receipts stand on the ledger, and the time of the first
    /// that does not.
    init(edge: TileAppender, anchored: UInt64, unanchoredSince: Timestamp?) {
        state = Mutex(State(edge: edge, anchored: anchored, unanchoredSince: unanchoredSince))
    }

    var edge: TileAppender { state.withLock(\.edge) }
    var size: UInt64 { state.withLock(\.edge.size) }
    var anchored: UInt64 { state.withLock(\.anchored) }

    func advance(to edge: TileAppender, at time: Timestamp) {
        state.withLock { state in
            state.edge = edge
            if state.unanchoredSince == nil, edge.size > state.anchored { state.unanchoredSince = time }
        }
    }

    /// Notes that the first `size` receipts stand on the ledger.
    ///
    /// All others were stored at `time`, when the anchor was
    /// made, or later; so the lag may be too high by the time an anchor takes, and is never too low.
    func anchor(_ size: UInt64, madeAt time: Timestamp) {
        state.withLock { state in
            guard size >= state.anchored else { return }
            state.anchored = size
            state.unanchoredSince = state.edge.size > size ? time : nil
        }
    }

    /// Notes that the ledger holds an anchor that this log does not lead to; that stays so.
    func diverge(_ reason: String) {
        state.withLock { $0.divergence = reason }
    }

    /// How many receipts do not stand on the ledger, since when, and why that cannot change.
    var pending: (count: UInt64, since: Timestamp?, divergence: String?) {
        state.withLock { ($0.edge.size - min($0.anchored, $0.edge.size), $0.unanchoredSince, $0.divergence) }
    }
}
