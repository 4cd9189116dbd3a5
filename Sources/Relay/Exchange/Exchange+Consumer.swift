import AccessReceipts
import CityIdentity
import HTTPTypes
import NIOCore

// What the consumer sends.
extension Exchange {
    /// Decides whether the exchange may happen, and begins it.
    func start() {
        switch self.core.admission.admit(
            self.request, isHTTP2: self.handler.isHTTP2, port: self.handler.port, peer: self.handler.peer,
            now: self.began, caches: &self.loop.caches)
        {
        case .success(let permit): self.start(permit)
        case .failure(let refusal): self.refuse(refusal)
        }
    }

    private func start(_ permit: AuthorizedRequest) {
        self.permit = permit
        self.reservations = permit.reservations
        self.requestLength = permit.authenticated.framing.length
        self.requestHasher = ContentTally(withSHA512: permit.authenticated.digest?.sha512 != nil)
        let limits = self.core.configuration.limits
        let upload: ExchangeMachine.Upload =
            if permit.authenticated.framing.isEmpty {
                .none
            } else if let length = self.requestLength, length > Int64(limits.gatheredRequest) {
                .streamed
            } else {
                .gathered
            }
        let method = self.request.method
        self.machine = ExchangeMachine(
            upload: upload, hasEffects: !MethodSemantics.isSafe(method),
            isIdempotent: MethodSemantics.isIdempotent(method))
        if upload != .none, self.request.headerFields[.expect] != nil { self.handler.sendContinue() }
        self.expect(within: self.core.configuration.timeouts.body)
        self.perform(self.machine.start())
        self.handler.resumeReading()
    }

    private func refuse(_ refusal: Refusal) {
        var refusal = refusal
        if refusal.isReceipted, refusal.signature == nil,
            !self.core.denials.take(self.handler.peer.code.city, now: self.began)
        {
            refusal.isReceipted = false
            self.core.metrics.denialWithoutReceipt()
        }
        self.refusal = refusal
        self.problem = refusal.problem
        self.core.refused(self, refusal)
        if refusal.isReceipted {
            self.perform(self.machine.fail())
        } else {
            self.perform(self.machine.receiptFailed())
        }
    }

    /// A piece of the request's content.
    func receive(_ content: ByteBuffer) {
        guard let permit = self.permit, !self.machine.hasEnded, content.readableBytes > 0 else { return }
        guard !permit.authenticated.framing.isEmpty else {
            return self.fail(
                Problem(.malformedRequest, "there is content that the header does not speak of"), end: .aborted)
        }
        self.expect(within: self.core.configuration.timeouts.body)
        self.requestPace.moved(content.readableBytes)
        self.requestHasher.update(content)
        let limits = self.core.configuration.limits
        guard self.requestHasher.size <= UInt64(limits.requestContent) else {
            return self.fail(Problem(.contentTooLarge), end: .aborted)
        }
        self.requestContent.append(content)
        if self.machine.streamsRequest {
            self.passRequestOn()
        } else if self.requestHasher.size > UInt64(limits.gatheredRequest) {
            self.perform(self.machine.requestExceeds())
        }
    }

    /// Passes everything on but the last piece, which waits for the digest of the whole.
    func passRequestOn() {
        guard let upstream = self.upstream else { return }
        var sent = false
        while self.requestContent.count > 1, let content = self.requestContent.popFirst() {
            upstream.send(content)
            sent = true
        }
        if sent { upstream.flush() }
    }

    /// The request's end.
    func receiveEnd(_ trailers: HTTPFields?) {
        guard let permit = self.permit, !self.machine.hasEnded else { return }
        if permit.authenticated.framing.isEmpty { return }
        let digest = self.requestHasher.sha256Value
        guard permit.authenticated.digest?.matches(sha256: digest, sha512: self.requestHasher.sha512Value) ?? false
        else {
            return self.fail(Problem(.digestMismatch), end: .aborted)
        }
        self.requestDigest = digest
        self.perform(self.machine.requestEnded())
    }

    /// Whether the consumer's connection is to be read.
    var wantsRequestRead: Bool {
        guard self.machine.wantsRequest else { return false }
        guard self.machine.streamsRequest else { return true }
        return self.upstream?.isWritable ?? false
    }

    /// The consumer's connection can take more.
    func consumerWritable() {
        guard self.machine.streamsResponse else { return }
        self.expect(within: self.core.configuration.timeouts.body)
        self.upstream?.resumeReading()
    }
}
