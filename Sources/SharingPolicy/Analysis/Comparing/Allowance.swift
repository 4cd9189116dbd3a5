/// What a decision gives a consumer, as far as two decisions can differ for it: whether anything, how much of it, and what
/// it owes.
package struct Allowance: Sendable, Hashable {
    package let isPermitted: Bool

    /// What the gateway leaves out of the response; nothing where it is denied.
    package let duties: ResponseDuties

    /// What the consumer owes, in words; nothing where it is denied.
    package let obligations: Set<String>

    package init(_ decision: Decision) {
        isPermitted = decision.isPermit
        duties = ResponseDuties(decision.duties)
        obligations = Set(decision.obligations.map(\.summary))
    }

    /// Whether nobody could wish for the other instead: it permits where the other does, leaves out no more and asks for no
    /// more.
    package func isAtLeast(_ other: Allowance) -> Bool {
        guard other.isPermitted else { return true }
        return isPermitted && duties.isAtMostAsStrict(as: other.duties) && obligations.isSubset(of: other.obligations)
    }
}
