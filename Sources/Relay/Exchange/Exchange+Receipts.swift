import AccessReceipts
import CityIdentity
import HTTPTypes
import Ledger
import Logging
import NIOCore
import SharingPolicy

// The receipts of an exchange.
extension Exchange {
    func appendOpening() {
        guard let permit = self.permit else { return }
        let receipt = self.receipt(kind: .opening, permit: permit)
        let uses = self.takeReservations() + self.reserveVolume()
        self.append(receipt, nonce: permit.authenticated.nonce, reservations: uses) { exchange, position in
            exchange.opening = (receipt, position.entry)
            exchange.perform(exchange.machine.openingDurable())
            exchange.handler.flush()
            exchange.handler.resumeReading()
            exchange.upstream?.resumeReading()
        }
    }

    func appendFinal() {
        if self.machine.isSealing {
            if self.machine.streamedResponse { self.sealStream() } else { self.seal() }
        }
        let succeed = { (exchange: Exchange, _: ReceiptPosition) in exchange.perform(exchange.machine.finalDurable()) }
        if let opening = self.opening {
            let closing = self.closing(of: opening)
            self.append(closing, reservations: self.settleVolume(), then: succeed)
        } else if let permit = self.permit {
            let receipt = self.fitting { self.receipt(kind: .single, permit: permit) }
            let uses = self.takeReservations() + self.settleVolume()
            self.append(receipt, nonce: permit.authenticated.nonce, reservations: uses, then: succeed)
        } else if let refusal = self.refusal {
            self.append(self.receipt(of: refusal), nonce: refusal.nonce, then: succeed)
        }
    }

    func takeReservations() -> [UsageReservation] {
        defer { self.reservations = [] }
        return self.reservations
    }

    /// Counts the bytes that the response is said to have, so that those who ask meanwhile do not get them too.
    private func reserveVolume() -> [UsageReservation] {
        guard let permit = self.permit, !permit.metered.isEmpty, let length = self.responseLength, length > 0,
            self.request.method != .head
        else { return [] }
        let (usage, now) = (self.core.receipts.usage, self.core.clock())
        let amount = Int(min(length, Self.largestReservation))
        self.volumes = permit.metered.map { usage.reserve($0, amount: amount, at: now) }
        return self.volumes
    }

    /// What is counted beforehand at most, 1 TiB: providers say whatever length they like, and counts are summed.
    private static let largestReservation: Int64 = 1 << 40

    /// Counts the bytes that have passed, beyond those that were counted before.
    private func settleVolume() -> [UsageReservation] {
        guard let permit = self.permit, !permit.metered.isEmpty else { return [] }
        let usage = self.core.receipts.usage
        let passed = Int(clamping: self.responseHasher.size)
        if !self.volumes.isEmpty { return self.volumes.compactMap { usage.settle($0, amount: passed) } }
        let now = self.core.clock()
        return passed == 0 ? [] : permit.metered.map { usage.reserve($0, amount: passed, at: now) }
    }

    private func closing(of opening: (receipt: Receipt, entry: [UInt8])) -> Receipt {
        let now = self.core.clock()
        return self.fitting {
            opening.receipt.closing(
                id: ReceiptID(at: now), at: now, leaf: opening.entry, end: self.end, request: self.requestFacts,
                response: self.responseFacts(completed: now))
        }
    }

    /// A receipt; where the response's signature leaves it no room, without that: what was exchanged is recorded.
    private func fitting(_ receipt: () -> Receipt) -> Receipt {
        let whole = receipt()
        guard self.responseSignature != nil, whole.encoded.count > Receipt.maximumSize else { return whole }
        self.responseSignature = nil
        return receipt()
    }

    private func append(
        _ receipt: Receipt, nonce: NonceRecord? = nil, reservations: [UsageReservation] = [],
        then succeed: @escaping (Exchange, ReceiptPosition) -> Void
    ) {
        // The store calls back on its own thread; what it calls back with is used on this loop only.
        let bound = NIOLoopBound((self, succeed), eventLoop: self.loop.eventLoop)
        let eventLoop = self.loop.eventLoop
        self.core.receipts.append(receipt, nonce: nonce, reservations: reservations) { result in
            eventLoop.execute {
                let (exchange, succeed) = bound.value
                switch result {
                case .success(let position): succeed(exchange, position)
                case .failure(let error):
                    exchange.core.log(exchange, level: .error, "a receipt could not be written", error: error)
                    exchange.receiptFailed()
                }
            }
        }
    }

    // MARK: What they say

    private var target: String {
        "https://\(self.request.authority ?? "")\(self.request.path ?? "")"
    }

    private func receipt(kind: Receipt.Kind, permit: AuthorizedRequest) -> Receipt {
        let authenticated = permit.authenticated
        var decision = permit.receiptDecision
        if kind == .single, let problem = self.problem, !self.machine.isSealing {
            decision.reason = problem.type.slug
        } else if kind == .single, !self.machine.isSealing {
            decision.reason = self.end.rawValue
        }
        return Receipt(
            id: self.id, kind: kind, network: self.core.network, gateway: self.core.operatorCode, time: self.began,
            consumer: authenticated.consumer,
            peer: authenticated.consumer == authenticated.peer.code ? nil : authenticated.peer.code,
            provider: permit.dataset.identifier.provider, dataset: permit.dataset.identifier.description,
            action: permit.action, purpose: authenticated.purpose, method: self.request.method.rawValue,
            target: self.target, decision: decision, ledgerHeight: permit.ledgerHeight, request: self.requestFacts,
            response: kind == .opening ? nil : self.responseFacts(completed: nil))
    }

    private func receipt(of refusal: Refusal) -> Receipt {
        let peer = self.handler.peer.code
        let consumer = refusal.consumer ?? peer
        return Receipt(
            id: self.id, network: self.core.network, gateway: self.core.operatorCode, time: self.began,
            consumer: consumer, peer: consumer == peer ? nil : peer, provider: refusal.provider,
            dataset: refusal.dataset, action: refusal.action, purpose: refusal.purpose,
            method: self.request.method.rawValue, target: self.target,
            decision: refusal.receiptDecision, ledgerHeight: refusal.ledgerHeight,
            request: Receipt.Request(signature: refusal.signature),
            response: Receipt.Response(status: refusal.problem.type.status))
    }

    private var requestFacts: Receipt.Request {
        Receipt.Request(
            size: self.requestHasher.size, digest: self.requestDigest.flatMap { Receipt.Digest($0) },
            signature: self.permit?.authenticated.signature)
    }

    private func responseFacts(completed: Timestamp?) -> Receipt.Response? {
        if let problem = self.problem, !self.machine.streamedResponse {
            return Receipt.Response(status: problem.type.status, completed: completed)
        }
        guard let head = self.responseHead, self.isSealed || self.machine.streamedResponse else { return nil }
        return Receipt.Response(
            status: head.status.code, size: self.responseHasher.size,
            digest: Receipt.Digest(self.responseHasher.sha256Value), signature: self.responseSignature,
            completed: completed ?? self.core.clock())
    }
}
