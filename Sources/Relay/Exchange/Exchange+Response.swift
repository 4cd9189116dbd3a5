import AccessReceipts
import HTTPTypes
import Logging
import MessageSignatures
import NIOCore

// What the consumer gets.
extension Exchange {
    private var hasContent: Bool {
        guard let status = self.responseHead?.status.code else { return false }
        return self.request.method != .head && status != 204 && status != 304
    }

    /// Makes room for a piece of content that a duty will change; fails the exchange where there is none.
    func holdForEdit(_ count: Int) -> Bool {
        if self.core.edits.hold(count) {
            self.heldForEdit += count
            return true
        }
        self.core.log(self, level: .warning, "too much content waits for the duties of policies")
        self.fail(Problem(.overloaded, retryAfter: 1), end: .failed)
        return false
    }

    func releaseEdit() {
        self.core.edits.release(self.heldForEdit)
        self.heldForEdit = 0
    }

    /// Performs the policy's duties on the gathered content, beside the event loop, and goes on from there.
    func transformResponse() {
        guard let permit = self.permit else { return }
        var content: [UInt8] = []
        content.reserveCapacity(self.responseWaiting)
        for piece in self.responseContent { content.append(contentsOf: piece.readableBytesView) }
        self.responseContent.removeAll()
        let type = self.responseHead?.headerFields[.contentType]
        let bound = NIOLoopBound(self, eventLoop: self.loop.eventLoop)
        self.expect(within: self.core.configuration.timeouts.response)
        // Held until the edit is over, even if the exchange ends before.
        let (edits, held) = (self.core.edits, self.heldForEdit)
        self.heldForEdit = 0
        edits.edit(content, on: self.loop.eventLoop) { try permit.transform($0, contentType: type) }
            .whenComplete { result in
                edits.release(held)
                bound.value.transformed(result)
            }
    }

    private func transformed(_ result: Result<[UInt8], any Error>) {
        guard !self.machine.hasEnded else { return }
        switch result {
        case .success(let content):
            self.responseContent.append(ByteBuffer(bytes: content))
            self.expect(within: self.core.configuration.timeouts.body)
            self.perform(self.machine.responseEnded())
        case .failure(let error):
            self.core.log(self, level: .warning, "a duty could not be performed", error: error)
            self.fail(Problem(.dutyNotPerformed), end: .failed)
        }
    }

    /// Completes the head of a response that is whole: its digest, its receipt and, if asked for, its signature.
    func seal() {
        guard var head = self.responseHead, !self.isSealed else { return }
        self.isSealed = true
        for piece in self.responseContent { self.responseHasher.update(piece) }
        head.headerFields[.exchangeReceipt] = self.id.description
        if self.hasContent {
            head.headerFields[.contentLength] = String(self.responseHasher.size)
            head.headerFields[.contentDigest] = ContentDigest([.sha256: self.responseHasher.sha256Value]).fieldValue
        } else if self.request.method == .head, let length = self.responseLength, !(self.permit?.isTransformed ?? false)
        {
            head.headerFields[.contentLength] = String(length)
        }
        if let signed = self.signResponse(head, trailers: nil) {
            head.headerFields[.signatureInput] = signed.input
            head.headerFields[.signature] = signed.signature
        }
        self.responseHead = head
    }

    /// Sends the head: complete if the response is sealed, else of a stream whose digest follows in its trailer.
    func sendResponseHead() {
        guard var head = self.responseHead else { return }
        if !self.isSealed {
            head.headerFields[.exchangeReceipt] = self.id.description
            if self.handler.isHTTP2, let length = self.responseLength {
                head.headerFields[.contentLength] = String(length)
            }
            head.headerFields[.trailer] =
                self.permit?.signatureRequests != nil
                ? "Content-Digest, Signature-Input, Signature" : "Content-Digest"
            self.responseHead = head
        }
        self.handler.send(head)
    }

    func sendResponseContent() {
        while let piece = self.responseContent.popFirst() {
            if !self.isSealed { self.responseHasher.update(piece) }
            self.handler.send(piece)
        }
        self.responseWaiting = 0
    }

    /// Prepares a stream's trailer, before its closing receipt, which holds the same digest and signature.
    func sealStream() {
        guard let head = self.responseHead, self.responseTrailers == nil else { return }
        var trailers = HTTPFields()
        trailers[.contentDigest] = ContentDigest([.sha256: self.responseHasher.sha256Value]).fieldValue
        if let signed = self.signResponse(head, trailers: trailers) {
            trailers[.signatureInput] = signed.input
            trailers[.signature] = signed.signature
        }
        self.responseTrailers = trailers
    }

    func sendResponseEnd() {
        self.handler.sendEnd(self.responseTrailers)
    }

    private func signResponse(_ head: HTTPResponse, trailers: HTTPFields?) -> ResponseSigner.Signed? {
        guard let permit = self.permit, let requests = permit.signatureRequests else { return nil }
        do {
            let signed = try self.core.responseSigner.sign(
                head, trailers: trailers, request: permit.authenticated, requests: requests, at: self.core.clock())
            self.responseSignature = signed.record
            return signed
        } catch {
            self.core.log(self, level: .error, "the response cannot be signed", error: error)
            return nil
        }
    }
}
