package import StrictJSON

/// Requests that new policies decide otherwise than old ones, put together as far as they can be said in one sentence.
package struct PolicyChange: Sendable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It may do something that it might not before, or with less left out and less owed; or the other way round.
        case gains, loses
        /// It is permitted before and after, with duties of which neither are the stricter.
        case differs
    }

    package let kind: Kind
    package let target: IRI

    /// Who, what for and under which conditions, in words; no conditions where it is always so.
    package let parties: [String]
    package let actions: [String]
    package let conditions: [String]

    /// What the gateway does and what is owed, before and after, where it is permitted.
    package let before: String
    package let after: String

    /// Where it is permitted before and after: what the consumer has more of, and less, as `gains the field `/wind``.
    package let gained: [String]
    package let lost: [String]

    /// One such request with both decisions, the old one first.
    package let example: PolicyComparison.Difference

    /// The change in one sentence without its subject.
    package var words: String {
        let what = "\(actions.joined(separator: ", ")) \(target.short)"
        let condition = conditions.isEmpty ? "" : ", " + conditions.joined(separator: ", ")
        guard !example.first.isPermit || !example.second.isPermit else {
            let change = (gained + lost).map { "; \($0)" }.joined()
            return "may still \(what)\(condition)\(change); before: \(before.isEmpty ? "no duties" : before), now: "
                + (after.isEmpty ? "no duties" : after)
        }
        return kind == .gains
            ? "may now \(what)\(condition)\(after.isEmpty ? "" : "; \(after)")" : "may no longer \(what)\(condition)"
    }

    package var json: JSONValue {
        func list(_ words: [String]) -> JSONValue { .array(words.map { .string($0) }) }
        return .object(
            JSONObject([
                ("change", .string(kind.rawValue)), ("consumers", list(parties)), ("dataset", .string(target.short)),
                ("actions", list(actions)), ("conditions", list(conditions)), ("before", .string(before)),
                ("after", .string(after)), ("gained", list(gained)), ("lost", list(lost)), ("words", .string(words)),
                ("example", example.json),
            ]))
    }
}

/// What changes where some policies take the place of others.
package struct PolicyChanges: Sendable {
    package let changes: [PolicyChange]

    /// What kept others from being found; `nil` where these are all.
    package let limit: SearchLimit?

    /// Whether these are all.
    package var isWhole: Bool { limit == nil }
}

extension Allowance {
    /// What goes with the permission, in words.
    var words: String {
        let owed = obligations.sorted()
        return
            (duties.duties.map { "the gateway will \($0)" }
            + (owed.isEmpty ? [] : ["owed: \(owed.joined(separator: ", "))"]))
            .joined(separator: "; ")
    }
}
