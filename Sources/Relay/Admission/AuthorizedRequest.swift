package import AccessReceipts
package import Ledger
package import MessageSignatures
package import SharingPolicy

/// A request that the policies in force permit, with what they ask of the gateway.
///
/// Only `Admission` makes one. It is one object, since every step of an exchange holds it: as a value each step would copy
/// all that it holds.
package final class AuthorizedRequest: Sendable {
    package let authenticated: AuthenticatedRequest
    /// What the policies were asked.
    package let access: AccessRequest
    package let dataset: Dataset
    package let origin: UpstreamOrigin
    /// The ODRL action that the dataset's table gives the method and path.
    package let action: String
    package let duties: ResponseDuties
    package let ledgerHeight: UInt64
    package let receiptDecision: Receipt.Decision
    /// The signatures that the response is to have; `nil` if none was asked for.
    package let signatureRequests: [SignatureRequest]?
    /// The use that this exchange is, under each rule that counts it; they go with its first receipt.
    package let reservations: [UsageReservation]
    /// What the bytes of its response count as, under each rule that counts those.
    package let metered: [Usage]
    /// What is left of the quotas it falls under.
    package let quotas: [QuotaLevel]

    init(
        authenticated: AuthenticatedRequest, access: AccessRequest, dataset: Dataset, origin: UpstreamOrigin,
        action: String, duties: ResponseDuties, ledgerHeight: UInt64, receiptDecision: Receipt.Decision,
        signatureRequests: [SignatureRequest]?, reservations: [UsageReservation], metered: [Usage],
        quotas: [QuotaLevel]
    ) {
        self.authenticated = authenticated
        self.access = access
        self.dataset = dataset
        self.origin = origin
        self.action = action
        self.duties = duties
        self.ledgerHeight = ledgerHeight
        self.receiptDecision = receiptDecision
        self.signatureRequests = signatureRequests
        self.reservations = reservations
        self.metered = metered
        self.quotas = quotas
    }

    /// The response has to come whole, since a duty changes it.
    package var isTransformed: Bool { !self.duties.isEmpty }

    /// Whose connections can serve it.
    var upstreamKey: UpstreamPool.Key { .init(origin: self.origin, provider: self.dataset.identifier.provider) }
}

extension Receipt.Decision {
    /// What a receipt says of a decision of the policies.
    init(_ decision: Decision) {
        self.init(
            decision.isPermit ? .permit : .deny, reason: decision.isPermit ? nil : decision.reason.rawValue,
            policy: decision.policyHash?.bytes, rule: decision.ruleID, obligations: decision.obligations.map(\.summary))
    }
}
