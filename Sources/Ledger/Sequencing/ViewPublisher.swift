internal import Synchronization

/// Holds the newest view and tells those who listen of each new one.
final class ViewPublisher: Sendable {
    private struct State {
        var view: LedgerView
        var listeners: [Int: AsyncStream<LedgerView>.Continuation] = [:]
        var next = 0
        var isFinished = false
    }
    private let state: Mutex<State>

    init(_ view: LedgerView) { state = Mutex(State(view: view)) }

    var view: LedgerView { state.withLock { $0.view } }

    func publish(_ view: LedgerView) {
        let listeners = state.withLock { state in
            state.view = view
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield(view) }
    }

    /// The newest view and each later one; a listener that is slow gets the newest and not those between.
    func updates() -> AsyncStream<LedgerView> {
        let (stream, continuation) = AsyncStream.makeStream(of: LedgerView.self, bufferingPolicy: .bufferingNewest(1))
        let (id, view, isFinished) = state.withLock { state in
            state.next += 1
            if !state.isFinished { state.listeners[state.next] = continuation }
            return (state.next, state.view, state.isFinished)
        }
        continuation.yield(view)
        if isFinished { continuation.finish() }
        continuation.onTermination = { [weak self] _ in self?.remove(id) }
        return stream
    }

    private func remove(_ id: Int) {
        state.withLock { state in _ = state.listeners.removeValue(forKey: id) }
    }

    func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
