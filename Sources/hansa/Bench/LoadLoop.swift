import DequeModule
import NIOCore
import NIOPosix

/// The load of one event loop: its connections, what waits for one, and what came of it.
///
/// Confined to its loop.
final class LoadLoop {
    let plan: LoadPlan
    let eventLoop: any EventLoop
    private var requests: LoadRequests
    private var tally = LoadTally()
    private var connections: [ObjectIdentifier: any LoadConnection] = [:]
    /// Connections that can take a request now, once for every request they can take.
    private var free: [any LoadConnection] = []
    /// When the requests that wait for a connection were due.
    private var waiting: Deque<NIODeadline> = []
    private var underWay = 0
    private var counting = NIODeadline.distantFuture
    private var end = NIODeadline.distantFuture
    private let done: EventLoopPromise<LoadTally>
    private var isDone = false

    init(plan: LoadPlan, requests: LoadRequests, eventLoop: any EventLoop) {
        self.plan = plan
        self.requests = requests
        self.eventLoop = eventLoop
        self.done = eventLoop.makePromise()
    }

    /// Begins; the result comes when the time is over and what was under way is answered.
    func run(connections count: Int, rate: Double?) -> EventLoopFuture<LoadTally> {
        let start = NIODeadline.now()
        counting = start + plan.warmUp
        end = counting + plan.duration
        for _ in 0..<count { connect() }
        if let rate { arrive(at: start, every: .nanoseconds(Int64(1e9 / rate))) }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(deadline: end) { bound.value.finishIfIdle() }
        eventLoop.scheduleTask(deadline: end + LoadPlan.drain) { bound.value.finish() }
        return done.futureResult
    }

    // MARK: Arrivals

    private func arrive(at due: NIODeadline, every interval: TimeAmount) {
        var due = due
        let now = NIODeadline.now()
        while due <= now, due < end {
            begin(due: due)
            due = due + interval
        }
        guard due < end else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let next = due
        eventLoop.scheduleTask(deadline: next) { bound.value.arrive(at: next, every: interval) }
    }

    private func begin(due: NIODeadline) {
        if let connection = free.popLast() { return send(on: connection, due: due) }
        if waiting.count < LoadPlan.longestQueue { waiting.append(due) } else { count { $0.failed("waited in vain") } }
    }

    private func send(on connection: any LoadConnection, due: NIODeadline) {
        do {
            let request = try requests.next()
            underWay += 1
            connection.send(request, at: LoadMoments(due: due, left: .now()))
        } catch {
            count { $0.failed("\(error)") }
            finish()
        }
    }

    // MARK: Connections

    private func connect() {
        let began = NIODeadline.now()
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        LoadConnector.connect(plan, on: eventLoop, loop: self).whenComplete { result in
            switch result {
            case .success(let box): bound.value.connected(box.value, began: began)
            case .failure(let error): bound.value.connectionFailed("\(error)")
            }
        }
    }

    private func connected(_ connection: any LoadConnection, began: NIODeadline) {
        guard !isDone else { return connection.close() }
        connections[ObjectIdentifier(connection)] = connection
        for _ in 0..<(plan.streams ?? 1) { becameFree(connection, due: began) }
    }

    private func connectionFailed(_ reason: String) {
        count { $0.failed("no connection: \(reason)") }
        reconnectLater()
    }

    /// A connection can take one more request; in a closed loop that one is due since then, or now.
    private func becameFree(_ connection: any LoadConnection, due: NIODeadline = .now()) {
        if let due = waiting.popFirst() { return send(on: connection, due: due) }
        switch plan.arrival {
        case .closed: if due < end { send(on: connection, due: due) } else { finishIfIdle() }
        case .open: free.append(connection)
        }
    }

    /// A request was answered whole.
    func answered(_ connection: any LoadConnection, of request: LoadMoments, answer: LoadAnswer) {
        underWay -= 1
        let now = NIODeadline.now()
        count(request.due) { $0.answered(answer, of: request, at: now) }
        if plan.notesReceipts, answer.isSuccess, let receipt = answer.receipt { tally.note(receipt: receipt) }
        if plan.reconnects || connection.isLast {
            connection.close()
            lost(connection, unanswered: 0, reason: "")
        } else {
            becameFree(connection)
        }
    }

    /// A connection is gone, with so many requests that got no answer.
    func lost(_ connection: any LoadConnection, unanswered: Int, reason: String) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        free.removeAll { $0 === connection }
        underWay -= unanswered
        for _ in 0..<unanswered { count { $0.failed("no answer: \(reason)") } }
        if unanswered > 0 { reconnectLater() } else if !isOver { connect() } else { finishIfIdle() }
    }

    private func reconnectLater() {
        guard !isOver else { return finishIfIdle() }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: .milliseconds(20)) { bound.value.connect() }
    }

    // MARK: The end

    private var isOver: Bool { isDone || NIODeadline.now() >= end }

    /// Counts what falls into the time that is measured.
    private func count(_ due: NIODeadline = .now(), _ change: (inout LoadTally) -> Void) {
        if due >= counting, due < end { change(&tally) }
    }

    private func finishIfIdle() {
        if isOver, underWay == 0 { finish() }
    }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        for _ in 0..<(underWay + waiting.count) { tally.failed("no answer when the time was over") }
        for connection in connections.values { connection.close() }
        connections = [:]
        free = []
        done.succeed(tally)
    }
}
