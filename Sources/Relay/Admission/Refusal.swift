package import AccessReceipts
package import CityIdentity
import SharingPolicy

/// A request that is not passed on: what the peer is told, and what the receipt of the denial says.
package struct Refusal: Error, Sendable {
    package let problem: Problem
    /// Whether a receipt is written: once it is known what was asked for, the denial is part of the record.
    package var isReceipted = false
    package var provider: IdentificationCode?
    package var dataset: String?
    package var action: String?
    package var purpose: String?
    /// Who signed; `nil` while no signature was verified.
    package var consumer: IdentificationCode?
    package var signature: Receipt.Signature?
    package var nonce: NonceRecord?
    package var ledgerHeight: UInt64 = 0
    /// What the policies said, if they were asked.
    package var decision: Receipt.Decision?

    package init(_ problem: Problem) {
        self.problem = problem
    }

    package var receiptDecision: Receipt.Decision {
        self.decision ?? Receipt.Decision(.deny, reason: self.problem.type.slug)
    }

    /// The same, as the denial of an exchange with a known route.
    func of(_ route: ExchangeRoute, purpose: String?, height: UInt64) -> Refusal {
        var refusal = self
        refusal.isReceipted = true
        refusal.provider = route.provider
        refusal.dataset = route.dataset.description
        refusal.purpose = purpose
        refusal.ledgerHeight = height
        return refusal
    }

    /// The same, for a request whose signature was verified.
    func by(_ request: AuthenticatedRequest) -> Refusal {
        var refusal = self
        refusal.consumer = request.consumer
        refusal.signature = request.signature
        refusal.nonce = request.nonce
        return refusal
    }
}
