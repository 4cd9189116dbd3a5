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

    /// Completes the head of a response that is whole: its digest, its receipt and, if asked for, its signature.
    func seal() {
        let hasContent = self.hasContent
        guard !self.isSealed, var head = self.responseHead.take() else { return }
        self.isSealed = true
        for piece in self.responseContent { self.responseHasher.update(piece) }
        // Nothing of what is added here was let through, so that it need not be looked for.
        head.headerFields.append(HTTPField(name: .exchangeReceipt, value: self.id.description))
        head.headerFields.setQuotas(self.permit?.quotas ?? [])
        if hasContent {
            let digest = ContentDigest(sha256: self.responseHasher.sha256Value).fieldValue
            head.headerFields.append(HTTPField(name: .contentLength, value: String(self.responseHasher.size)))
            head.headerFields.append(HTTPField(name: .contentDigest, value: digest))
        } else if self.request.method == .head, let length = self.responseLength, !(self.permit?.isTransformed ?? false)
        {
            head.headerFields.append(HTTPField(name: .contentLength, value: String(length)))
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
            head.headerFields.setQuotas(self.permit?.quotas ?? [])
            // What a duty leaves of the content may be shorter.
            if self.handler.isHTTP2, let length = self.responseLength, !(self.permit?.isTransformed ?? false) {
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
        trailers[.contentDigest] = ContentDigest(sha256: self.responseHasher.sha256Value).fieldValue
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
