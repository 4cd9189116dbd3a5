package import CityIdentity

/// A permission, prohibition or obligation.
package struct Rule: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case permission, prohibition, obligation
    }

    package let kind: Kind

    /// The rule's own name.
    package let uid: IRI?

    /// What the rule is called in decisions and counts: its uid, else where it stands, `#/permission/0`.
    package let id: String

    /// Each list is a choice; an empty one says nothing.
    package let targets: [AssetReference]
    package let assignees: [PartyReference]
    package let assigners: [PartyReference]
    package let actions: [ActionReference]

    /// All must hold.
    package let constraints: [Constraint]

    /// Of a permission: what must be done before, what the gateway does, and what stays to be done.
    package internal(set) var duties: [Duty]

    /// Of a prohibition its remedies, which are only recorded, since the gateway never lets one be infringed; of an
    /// obligation its consequences.
    package internal(set) var remedies: [Duty]

    /// Why the rule is not understood as a whole: it then permits nothing, and prohibits what it may prohibit.
    package let defect: String?

    /// The rule under other conditions.
    func with(constraints: [Constraint]) -> Rule {
        Rule(
            kind: kind, uid: uid, id: id, targets: targets, assignees: assignees, assigners: assigners,
            actions: actions,
            constraints: constraints, duties: duties, remedies: remedies, defect: defect)
    }
}

/// The asset or collection of assets a rule is about; one that could not be read has an empty name.
package struct AssetReference: Sendable, Hashable {
    package let iri: IRI
    package let refinements: [Constraint]
}

/// The party or collection of parties a rule is for; one that could not be read has an empty name.
package struct PartyReference: Sendable, Hashable {
    package let iri: IRI

    /// The code the name is; it covers all units below it.
    package let code: CodePath?

    /// The same where it is more than a country's.
    package let identification: IdentificationCode?
    package let refinements: [Constraint]
}

/// The action a rule is about, with what narrows it.
package struct ActionReference: Sendable, Hashable {
    /// The canonical name; empty where it could not be read.
    package let iri: IRI
    package let refinements: [Constraint]
}

/// A duty of a permission, a remedy of a prohibition, a consequence of a duty.
package struct Duty: Sendable, Hashable {
    /// Who sees to it, and when.
    package enum Performance: Sendable, Hashable {
        /// It must have been performed before.
        case precondition
        /// The gateway performs it on the response.
        case gateway(GatewayDuty)
        /// The consumer owes it afterwards; decisions record it.
        case recorded
    }

    package let uid: IRI?

    /// Its uid, else where it stands in the document.
    package let id: String
    package let actions: [ActionReference]

    /// What it is performed on, where it says so.
    package let targets: [IRI]
    package let performance: Performance
    package let constraints: [Constraint]
    package internal(set) var consequences: [Duty]

    /// Why it is not understood; it is then never fulfilled.
    package let defect: String?
}

extension Duty {
    /// An obligation as the duty that its uid names elsewhere in the document.
    init(_ obligation: Rule) {
        self.init(
            uid: obligation.uid, id: obligation.id, actions: obligation.actions,
            targets: obligation.targets.map(\.iri), performance: .precondition, constraints: obligation.constraints,
            consequences: obligation.remedies, defect: obligation.defect)
    }
}
