import AccessReceipts
import CityIdentity
import HTTPTypes
import Ledger
import Logging
import NIOCore
import NIOHTTP1
import SharingPolicy

/// One exchange: performs what its machine says, between a consumer's connection and a provider's.
///
/// Bound to its loop.
final class Exchange {
    let loop: RelayLoop
    let handler: ExchangeHandler
    let request: HTTPRequest
    let id: ReceiptID
    let began: Timestamp
    let beganTicks = NIODeadline.now()
    /// When it ends if nothing happens until then; moves as things happen, never beyond `lastDeadline`.
    private(set) var deadline: NIODeadline
    private let lastDeadline: NIODeadline

    var machine: ExchangeMachine
    /// What the policies permitted; `nil` while it is not decided, and when it was refused.
    var permit: AuthorizedRequest?
    var refusal: Refusal?
    /// What the consumer is told if nothing of a response was sent yet.
    var problem: Problem?
    /// How a failed exchange ended, for its closing receipt.
    var end: Receipt.Closing.End = .complete
    var reservations: [UsageReservation] = []
    /// The bytes of the response that were counted before it began, where its length was known.
    var volumes: [UsageReservation] = []

    // The request's content: what waits to be passed on, and what passed.
    var requestLength: Int64?
    var requestContent = CircularBuffer<ByteBuffer>(initialCapacity: 0)
    var requestHasher = ContentTally()
    var requestDigest: [UInt8]?

    var requestPace: ContentPace

    var upstream: UpstreamConnection?
    private var waiting: UInt64?
    private var isRetry = false

    // The response: its head, what waits to be sent, and what passed.
    var responseHead: HTTPResponse?
    var responseLength: Int64?
    var interimResponses = 0
    var responseContent = CircularBuffer<ByteBuffer>(initialCapacity: 0)
    var responseWaiting = 0
    /// The response goes out without its content, which duties say nothing of.
    var withholdsContent = false
    /// What duties make of the content; `nil` where there are none, and when it has ended.
    var responseEdit: ResponseStream?
    /// Bytes held among those of all responses that duties change.
    var heldForEdit = 0
    var responsePace: ContentPace
    var responseHasher = ContentTally()
    var responseSignature: Receipt.Signature?
    var responseTrailers: HTTPFields?
    /// The head is complete with digest and receipt, and the content is whole.
    var isSealed = false

    var opening: (receipt: Receipt, entry: [UInt8])?

    init(request: HTTPRequest, handler: ExchangeHandler, loop: RelayLoop) {
        self.request = request
        self.handler = handler
        self.loop = loop
        self.began = loop.core.clock()
        self.id = ReceiptID(at: self.began, using: &loop.caches.random)
        self.machine = ExchangeMachine(upload: .none, hasEffects: false, isIdempotent: true)
        let timeouts = loop.core.configuration.timeouts
        let pace = ContentPace(rate: loop.core.configuration.limits.contentRate, window: timeouts.contentWindow)
        (self.requestPace, self.responsePace) = (pace, pace)
        self.lastDeadline = self.beganTicks + timeouts.total
        self.deadline = min(self.lastDeadline, self.beganTicks + timeouts.body)
    }

    var core: RelayCore { self.loop.core }

    /// Something happened: the next thing has to within this time.
    func expect(within amount: TimeAmount) {
        self.deadline = min(self.lastDeadline, .now() + amount)
    }

    // MARK: Performing

    /// Performs actions in the order the machine defines.
    func perform(_ actions: ExchangeMachine.Actions) {
        if actions.isEmpty { return }
        if actions.contains(.abortUpstream) { self.abortUpstream() }
        if actions.contains(.appendOpening) { self.appendOpening() }
        if actions.contains(.openUpstream) { self.openUpstream() }
        if actions.contains(.sendHead) { self.sendUpstreamHead() }
        if actions.contains(.sendEnd) { self.sendUpstreamEnd() }
        if actions.contains(.sendResponseHead) { self.sendResponseHead() }
        if actions.contains(.sendResponseContent) { self.sendResponseContent() }
        if actions.contains(.appendFinal) { self.appendFinal() }
        if actions.contains(.sendResponseEnd) { self.sendResponseEnd() }
        if actions.contains(.sendProblem) { self.sendProblem() }
        if actions.contains(.abortResponse) { self.handler.abort() }
        if actions.contains(.finish) { self.finish() }
    }

    private func finish() {
        self.abortUpstream()
        self.releaseEdit()
        // What left no receipt was not used.
        self.takeReservations().forEach(self.core.receipts.usage.cancel)
        self.expect(within: self.core.configuration.timeouts.body)
        self.core.finished(self)
        self.handler.exchangeFinished(self)
    }

    // MARK: The provider's connection

    private func openUpstream() {
        guard let permit = self.permit else { return }
        self.expect(within: self.core.configuration.timeouts.connect)
        let fresh = self.isRetry
        self.isRetry = true
        let id = self.loop.pool.lease(permit.upstreamKey, fresh: fresh, waiter: self)
        if self.upstream == nil, self.machine.wantsUpstream { self.waiting = id }
    }

    private func abortUpstream() {
        if let waiting = self.waiting, let permit = self.permit {
            self.waiting = nil
            self.loop.pool.giveUp(waiting, key: permit.upstreamKey)
        }
        self.upstream?.abort()
        self.upstream = nil
    }

    func lent(_ connection: UpstreamConnection) {
        self.waiting = nil
        self.upstream = connection
    }

    // MARK: The end

    /// Ends the exchange with a refusal or, if the response has begun, by breaking it off.
    func fail(_ problem: Problem, end: Receipt.Closing.End) {
        guard !self.machine.hasEnded else { return }
        self.problem = self.problem ?? problem
        self.end = end
        self.perform(self.machine.fail())
    }

    /// The deadline passed.
    func timedOut() {
        self.expect(within: .seconds(5))
        if self.machine.hasEnded {
            self.handler.giveUp()
        } else if self.machine.streamsRequest, !(self.upstream?.isWritable ?? true) {
            self.core.log(self, level: .warning, "the provider does not take the request's content")
            self.fail(Problem(.providerTimeout), end: .failed)
        } else if self.machine.wantsRequest {
            self.fail(Problem(.requestTimeout), end: .aborted)
        } else if self.machine.streamsResponse, !self.handler.isWritable {
            self.end = .aborted
            self.handler.abort()
        } else if self.machine.waitsForReceipt {
            self.core.log(self, level: .error, "a receipt took too long")
            self.receiptFailed()
        } else {
            self.fail(Problem(.providerTimeout), end: .failed)
        }
    }

    /// The consumer is gone.
    func consumerClosed() {
        self.end = self.end == .complete ? .aborted : self.end
        self.perform(self.machine.consumerClosed())
    }

    /// The consumer's key is no longer good.
    func cut() {
        self.end = .cut
        self.consumerClosed()
    }

    func receiptFailed() {
        self.problem = Problem(.receiptsUnavailable, retryAfter: 5)
        self.end = .failed
        self.perform(self.machine.receiptFailed())
    }

    private func sendProblem() {
        let problem = self.problem ?? Problem(.internalError)
        // A refusal whose receipt could not be written has none to show.
        let hasReceipt = problem.type != .receiptsUnavailable && self.isReceipted
        self.handler.send(
            problem, correlation: self.id.description, receipt: hasReceipt ? self.id.description : nil,
            isHead: self.request.method == .head)
    }

    /// Whether this exchange leaves a receipt.
    var isReceipted: Bool { self.permit != nil || self.refusal?.isReceipted ?? false }
}
