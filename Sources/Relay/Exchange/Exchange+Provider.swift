import AccessReceipts
import HTTPTypes
import Ledger
import Logging
import NIOCore

// What goes to the provider's system.
extension Exchange: UpstreamWaiter {
    func upstreamReady(_ connection: UpstreamConnection) {
        guard self.machine.wantsUpstream else { return connection.abort() }
        self.lent(connection)
        connection.lend(to: self)
        self.expect(within: self.core.configuration.timeouts.body)
        self.perform(self.machine.upstreamOpened())
        self.handler.resumeReading()
    }

    func upstreamUnavailable(_ error: RelayError) {
        self.core.log(self, level: .warning, "the provider's system is out of reach", error: error)
        let problem =
            switch error.code {
            case .overloaded: Problem(.overloaded, retryAfter: 1)
            case .shuttingDown: Problem(.shuttingDown, retryAfter: 5)
            default: Problem(.providerUnreachable, retryAfter: 5)
            }
        self.fail(problem, end: .failed)
    }

    func sendUpstreamHead() {
        guard let permit = self.permit, let upstream = self.upstream else { return }
        var framing: UpstreamRequest.Framing = .none
        if !permit.authenticated.framing.isEmpty {
            if self.machine.streamsRequest {
                framing = self.requestLength.map { .length(UInt64($0)) } ?? .chunked
            } else {
                framing = .length(self.requestHasher.size)
            }
        }
        do {
            try upstream.send(isHead: self.request.method == .head) { buffer in
                try UpstreamRequest.write(
                    for: permit, id: self.id, framing: framing, core: self.core, into: &buffer)
                return framing
            }
        } catch {
            self.core.log(self, level: .error, "the request to the provider cannot be signed", error: error)
            return self.fail(Problem(.internalError), end: .failed)
        }
        if self.machine.streamsRequest {
            upstream.flush()
            self.passRequestOn()
        }
    }

    func sendUpstreamEnd() {
        guard let upstream = self.upstream else { return }
        while let content = self.requestContent.popFirst() { upstream.send(content) }
        upstream.sendEnd()
        self.expect(within: self.core.configuration.timeouts.response)
        upstream.resumeReading()
    }
}

// What comes from the provider's system.
extension Exchange: UpstreamReceiver {
    var wantsUpstreamRead: Bool {
        guard self.machine.wantsResponse else { return false }
        return self.machine.streamsResponse ? self.handler.isWritable : true
    }

    func upstreamResponded(_ head: UpstreamResponseHead) {
        self.loop.hasWork()
        guard let permit = self.permit else { return }
        let status = head.status
        // Interim responses end here (RFC 9110, section 15.2), and no time is given for them.
        if (102...199).contains(status) || status == 100 {
            self.interimResponses += 1
            if self.interimResponses > Self.interimLimit { self.fail(Problem(.providerInvalid), end: .failed) }
            return
        }
        self.expect(within: self.core.configuration.timeouts.body)
        let isTransformed = permit.isTransformed
        guard (200...599).contains(status),
            // Under a duty a response is whole: neither a range nor a difference (RFC 3229).
            !isTransformed || status != 206 && status != 226
        else {
            return self.fail(Problem(.providerInvalid), end: .failed)
        }
        var fields = MessageFields.toConsumer(head, isTransformed: isTransformed)
        // Duties speak of what was asked for; what a redirection or an error holds instead does not go out at all.
        self.withholdsContent = isTransformed && status >= 300
        if self.withholdsContent { MessageFields.withholdContent(&fields) }
        self.responseHead = HTTPResponse(status: .init(code: status), headerFields: fields)
        let hasContent =
            self.request.method != .head && status != 204 && status != 304 && !self.withholdsContent
        self.responseLength = head.length
        if isTransformed, hasContent {
            do {
                self.responseEdit = try permit.edit(
                    contentType: fields[.contentType], encoding: fields[.contentEncoding],
                    holding: self.core.configuration.limits.transformedResponse)
            } catch {
                self.core.log(self, level: .warning, "a duty cannot be performed", error: error)
                return self.fail(Problem(.dutyNotPerformed), end: .failed)
            }
        }
        let limit = Int64(self.core.configuration.limits.gatheredResponse)
        let plan: ExchangeMachine.ResponsePlan =
            if isTransformed, hasContent {
                .transform
            } else if hasContent, let length = self.responseLength, length > limit {
                .stream
            } else {
                .gather
            }
        if !self.machine.hasSentRequest, status < 400 {
            (self.problem, self.end) = (Problem(.providerInvalid), .failed)
        }
        self.perform(self.machine.responseHead(plan, isError: status >= 400))
    }

    private static let interimLimit = 16

    func upstreamSent(_ content: ByteBuffer) {
        guard content.readableBytes > 0, !self.machine.hasEnded else { return }
        self.expect(within: self.core.configuration.timeouts.body)
        self.responsePace.moved(content.readableBytes)
        if self.withholdsContent {
            self.responseWaiting += content.readableBytes
            if self.responseWaiting > self.core.configuration.limits.gatheredResponse {
                self.fail(Problem(.providerInvalid), end: .failed)
            }
            return
        }
        var content = content
        if self.responseEdit != nil {
            guard let edited = self.edited(content) else { return }
            content = edited
        }
        // Of what duties leave nothing of, no empty piece may go out: it would look like the end.
        if content.readableBytes > 0 { self.responseContent.append(content) }
        self.responseWaiting += content.readableBytes
        let limits = self.core.configuration.limits
        let limit = self.machine.transformsResponse ? limits.transformedResponse : limits.gatheredResponse
        let exceeds = self.machine.gathersResponse && self.responseWaiting > limit
        if exceeds, self.machine.transformsResponse {
            self.core.log(self, level: .warning, "nothing that a duty names is in so much content")
            self.problem = Problem(.dutyNotPerformed, self.permit?.missingFields)
            self.end = .failed
        }
        self.perform(self.machine.responseContent(exceeds: exceeds))
    }

    func upstreamReadComplete() {
        if self.machine.streamsResponse { self.handler.flush() }
    }

    func upstreamEnded() {
        // A connection that was answered before it had seen the whole request cannot be used again.
        if !self.machine.hasSentRequest { self.upstream?.abort() }
        self.upstream = nil
        self.expect(within: self.core.configuration.timeouts.body)
        if self.responseEdit != nil {
            guard let last = self.editedEnd() else { return }
            if last.readableBytes > 0 { self.responseContent.append(last) }
        }
        self.perform(self.machine.responseEnded())
    }

    func upstreamBroke(_ error: any Error) {
        let wasReused = (self.upstream?.served ?? 0) > 0
        self.upstream = nil
        self.core.log(self, level: .warning, "the provider's connection broke", error: error)
        let problem =
            error is HTTP1ResponseError ? Problem(.providerInvalid) : Problem(.providerUnreachable, retryAfter: 5)
        let actions = self.machine.upstreamLost(wasReused: wasReused)
        if !actions.contains(.openUpstream) {
            self.problem = self.problem ?? problem
            self.end = .failed
        }
        self.perform(actions)
    }

    func upstreamWritabilityChanged() {
        guard self.upstream?.isWritable ?? false else { return }
        self.handler.resumeReading()
    }
}
