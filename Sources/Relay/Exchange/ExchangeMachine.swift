/// One permitted exchange as a pure machine: which bytes may move now, and which receipts stand before them.
///
/// It holds no bytes, channel, clock or receipt. Events come in as calls, what is to be done goes out as `Actions`, to be
/// performed in the order of their bits. What it guarantees, whatever the order of events:
///
/// - nothing of a response is sent before a receipt that permits it is durable;
/// - the last byte of a request with effects is not passed on before its digest was checked and, since the provider's
///   system acts on it, before its opening receipt is durable;
/// - an opening receipt is followed by one closing receipt, however the exchange ends.
package struct ExchangeMachine: ~Copyable {
    private enum Request: Hashable {
        /// Content is being gathered; nothing has been passed on.
        case gathering
        /// Passed on as soon as the provider's connection and the opening receipt allow; `whole` if the end is there.
        case waiting(whole: Bool, connected: Bool)
        case streaming
        /// All but the last piece is passed on; that waits for the opening receipt.
        case held
        case sent
        /// No longer passed on, because the provider answered or something failed before its end.
        case abandoned
    }

    private enum Response: Hashable {
        case awaited
        /// Held in memory until its end; over the limit it is streamed, but refused while nothing is found of what duties name.
        case gathering(transformed: Bool)
        /// To be streamed as soon as the opening receipt is durable.
        case blocked(ended: Bool)
        case streaming
        /// Whole, and waits for its last receipt; `started` if content was sent already.
        case sealing(started: Bool)
        /// A refusal, sent once its receipt is durable.
        case refusing
        /// Broken off; the last receipt is not durable yet.
        case broken
        case ended
    }

    private enum Opening: Hashable { case none, appended, durable }

    private var request: Request
    private var response: Response = .awaited
    private var opening: Opening = .none
    /// Content was, or is now to be, sent before the response is whole.
    package private(set) var streamedResponse = false
    /// The last receipt is due, but names the opening one, which is not durable yet.
    private var finalWaits = false
    private var opensFirst: Bool
    private var mayRetry: Bool

    /// - Parameters:
    ///   - upload: how the request's content is passed on.
    ///   - hasEffects: the method is not safe (RFC 9110, section 9.2.1), so an opening receipt goes before it.
    ///   - isIdempotent: the request may be sent again when a reused connection turned out to be closed.
    package init(upload: Upload, hasEffects: Bool, isIdempotent: Bool) {
        self.opensFirst = hasEffects || upload == .streamed
        self.mayRetry = isIdempotent && upload != .streamed
        switch upload {
        case .none: self.request = .waiting(whole: true, connected: false)
        case .gathered: self.request = .gathering
        case .streamed: self.request = .waiting(whole: false, connected: false)
        }
    }
}

// MARK: - What may be read

extension ExchangeMachine {
    /// The consumer's content is wanted; back-pressure of the provider's connection comes on top.
    package var wantsRequest: Bool { self.request == .gathering || self.request == .streaming }

    /// The request's content goes to the provider as it comes, its last piece held back.
    package var streamsRequest: Bool { self.request == .streaming }

    /// A connection to the provider's system is waited for.
    package var wantsUpstream: Bool {
        if case .waiting(_, connected: false) = self.request { true } else { false }
    }

    /// The request was passed on whole.
    package var hasSentRequest: Bool { self.request == .sent }

    /// The provider's content is wanted; back-pressure of the consumer's connection comes on top.
    package var wantsResponse: Bool {
        switch self.response {
        case .awaited: self.request == .sent || self.request == .streaming || self.request == .held
        case .gathering, .streaming: true
        case .blocked, .sealing, .refusing, .broken, .ended: false
        }
    }

    /// The response is held in memory until its end.
    package var gathersResponse: Bool { if case .gathering = self.response { true } else { false } }

    /// The response is held in memory because nothing was found yet of what duties name.
    package var transformsResponse: Bool { self.response == .gathering(transformed: true) }

    /// The response is whole; its last receipt is due or on its way.
    package var isSealing: Bool { if case .sealing = self.response { true } else { false } }

    /// Nothing can happen before a receipt is durable.
    package var waitsForReceipt: Bool {
        switch self.response {
        case .blocked, .sealing, .refusing, .broken: true
        case .awaited: self.opening == .appended && self.request != .streaming && !self.wantsUpstream
        case .gathering, .streaming, .ended: false
        }
    }

    /// The response's content goes to the consumer as it comes.
    package var streamsResponse: Bool { self.response == .streaming }

    /// There is an opening receipt, or one is on its way: the last receipt is a closing one.
    package var hasOpening: Bool { self.opening != .none }

    /// Nothing more is sent.
    package var hasEnded: Bool { self.response == .ended }
}

// MARK: - The request

extension ExchangeMachine {
    /// The policies permit the exchange: it begins.
    package mutating func start() -> Actions {
        switch self.request {
        case .waiting: self.open()
        case .gathering, .streaming, .held, .sent, .abandoned: []
        }
    }

    private mutating func open() -> Actions {
        self.opensFirst ? self.appendOpening().union(.openUpstream) : .openUpstream
    }

    private mutating func appendOpening() -> Actions {
        guard self.opening == .none else { return [] }
        self.opening = .appended
        return .appendOpening
    }

    private mutating func appendFinal() -> Actions {
        if self.opening == .appended {
            self.finalWaits = true
            return []
        }
        return .appendFinal
    }

    /// More content came than is gathered: it is streamed from here on.
    package mutating func requestExceeds() -> Actions {
        guard self.request == .gathering else { return [] }
        self.request = .waiting(whole: false, connected: false)
        self.opensFirst = true
        self.mayRetry = false
        return self.open()
    }

    /// The request's content is there to its end, and matches its digest.
    package mutating func requestEnded() -> Actions {
        switch self.request {
        case .gathering:
            self.request = .waiting(whole: true, connected: false)
            return self.open()
        case .waiting(whole: false, let connected):
            self.request = .waiting(whole: true, connected: connected)
            return []
        case .streaming where self.opening == .durable:
            self.request = .sent
            return .sendEnd
        case .streaming:
            self.request = .held
            return []
        case .waiting(whole: true, _), .held, .sent, .abandoned:
            return []
        }
    }

    /// A connection to the provider's system is ready.
    package mutating func upstreamOpened() -> Actions {
        switch self.request {
        case .waiting(whole: true, connected: false) where self.opensFirst && self.opening != .durable:
            self.request = .waiting(whole: true, connected: true)
            return []
        case .waiting(whole: true, connected: false):
            self.request = .sent
            return [.sendHead, .sendEnd]
        case .waiting(whole: false, connected: false):
            self.request = .streaming
            return .sendHead
        case .waiting, .gathering, .streaming, .held, .sent, .abandoned:
            return []
        }
    }

    /// The provider's connection closed before the response was whole.
    /// - Parameter wasReused: it had served another exchange before, so that it may have closed before it saw this one.
    package mutating func upstreamLost(wasReused: Bool) -> Actions {
        let unseen: Bool =
            switch self.request {
            case .sent, .waiting(whole: true, connected: true): self.response == .awaited
            default: false
            }
        guard wasReused, self.mayRetry, unseen else { return self.fail() }
        self.mayRetry = false
        self.request = .waiting(whole: true, connected: false)
        return .openUpstream
    }
}

// MARK: - The response

extension ExchangeMachine {
    /// The head of the provider's response is there.
    /// - Parameter isError: its status is 400 or above. Only then may it come before the request's end.
    package mutating func responseHead(_ plan: ResponsePlan, isError: Bool) -> Actions {
        guard self.response == .awaited else { return [] }
        if self.request != .sent {
            guard isError else { return self.fail() }
            self.request = .abandoned
        }
        switch plan {
        case .gather: self.response = .gathering(transformed: false)
        case .transform: self.response = .gathering(transformed: true)
        case .stream: return self.startStreaming()
        }
        return []
    }

    private mutating func startStreaming() -> Actions {
        guard self.opening == .durable else {
            self.response = .blocked(ended: false)
            return self.appendOpening()
        }
        self.response = .streaming
        self.streamedResponse = true
        return [.sendResponseHead, .sendResponseContent]
    }

    /// For every duty something is there that it names: from here on the response may stream.
    package mutating func dutiesFound() {
        if self.response == .gathering(transformed: true) { self.response = .gathering(transformed: false) }
    }

    /// More of the provider's content is there.
    /// - Parameter exceeds: what is gathered is over its limit.
    package mutating func responseContent(exceeds: Bool) -> Actions {
        switch self.response {
        case .gathering(transformed: true): exceeds ? self.fail() : []
        case .gathering(transformed: false): exceeds ? self.startStreaming() : []
        case .streaming: .sendResponseContent
        case .awaited, .blocked, .sealing, .refusing, .broken, .ended: []
        }
    }

    /// The provider's response is there to its end, and duties, if there are any, are performed on it.
    package mutating func responseEnded() -> Actions {
        switch self.response {
        case .gathering:
            self.response = .sealing(started: false)
            return self.appendFinal()
        case .streaming:
            self.response = .sealing(started: true)
            return [.sendResponseContent, .appendFinal]
        case .blocked:
            self.response = .blocked(ended: true)
            return []
        case .awaited, .sealing, .refusing, .broken, .ended:
            return []
        }
    }
}

// MARK: - Receipts

extension ExchangeMachine {
    /// The opening receipt is on stable storage.
    package mutating func openingDurable() -> Actions {
        self.opening = .durable
        var actions: Actions = []
        switch self.request {
        case .waiting(whole: true, connected: true):
            self.request = .sent
            actions = [.sendHead, .sendEnd]
        case .held:
            self.request = .sent
            actions = .sendEnd
        case .gathering, .waiting, .streaming, .sent, .abandoned:
            break
        }
        if case .blocked(let ended) = self.response {
            self.response = ended ? .sealing(started: true) : .streaming
            self.streamedResponse = true
            actions.formUnion([.sendResponseHead, .sendResponseContent])
            if ended { actions.insert(.appendFinal) }
        }
        if self.finalWaits {
            self.finalWaits = false
            actions.insert(.appendFinal)
        }
        return actions
    }

    /// The last receipt is on stable storage.
    package mutating func finalDurable() -> Actions {
        defer { self.response = .ended }
        switch self.response {
        case .sealing(started: false): return [.sendResponseHead, .sendResponseContent, .sendResponseEnd, .finish]
        case .sealing(started: true): return [.sendResponseEnd, .finish]
        case .refusing: return [.sendProblem, .finish]
        case .broken: return .finish
        case .awaited, .gathering, .blocked, .streaming, .ended: return []
        }
    }

    /// A receipt could not be written: nothing more may be sent.
    package mutating func receiptFailed() -> Actions {
        defer {
            self.response = .ended
            self.request = .abandoned
        }
        switch self.response {
        case .awaited, .gathering, .blocked, .sealing(started: false), .refusing:
            return [.abortUpstream, .sendProblem, .finish]
        case .streaming, .sealing(started: true): return [.abortUpstream, .abortResponse, .finish]
        case .broken: return .finish
        case .ended: return []
        }
    }
}

// MARK: - Failure

extension ExchangeMachine {
    /// The exchange does not come to its end, for a reason the owner keeps: a refusal if nothing was sent, else a break.
    package mutating func fail() -> Actions {
        switch self.response {
        case .awaited, .gathering, .blocked:
            self.response = .refusing
            self.request = .abandoned
            return self.appendFinal().union(.abortUpstream)
        case .streaming:
            self.response = .broken
            self.request = .abandoned
            return [.abortUpstream, .abortResponse, .appendFinal]
        case .sealing, .refusing, .broken, .ended:
            return []
        }
    }

    /// The consumer is gone.
    package mutating func consumerClosed() -> Actions {
        defer {
            self.response = .ended
            self.request = .abandoned
        }
        switch self.response {
        case .awaited where !self.hasPassedOn: return [.abortUpstream, .finish]
        case .awaited, .gathering, .blocked, .streaming: return self.appendFinal().union([.abortUpstream, .finish])
        case .sealing, .refusing, .broken: return .finish
        case .ended: return []
        }
    }

    /// The provider's system may have seen something of the request, or a receipt says that it will.
    private var hasPassedOn: Bool {
        switch self.request {
        case .streaming, .held, .sent: true
        case .gathering, .waiting, .abandoned: self.hasOpening
        }
    }
}
