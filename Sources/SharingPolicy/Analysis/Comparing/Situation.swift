package import CityIdentity

/// A request and the world it is made in: all that a decision depends on besides the policies.
package struct Situation: Sendable {
    /// Who asks: a code's DID, or a party's IRI.
    package let party: IRI
    package let target: IRI
    package let action: IRI
    package internal(set) var time: Timestamp

    /// Bytes of the request's content; `nil` where that is not known.
    package internal(set) var size: Int?

    /// Values of other left operands; what is absent nobody knows.
    package internal(set) var values: [IRI: [Value]] = [:]
    package internal(set) var uses = EarlierUses()

    /// Whether such a request can be made.
    var isPossible: Bool { uses.isPossible }

    /// What is known of duties that must be performed before, by their uid.
    package internal(set) var duties: [IRI: DutyState] = [:]

    /// The request as it is judged.
    package var request: AccessRequest {
        var request = AccessRequest(assignee: party, target: target, action: action.text, time: time)
        request.requestSize = size
        for (operand, values) in values { request.set(operand, ContextValue(values)) }
        return request
    }

    /// What is known besides; memberships and types are those of the state given.
    package func state(_ state: EvaluationState) -> EvaluationState {
        let (uses, time) = (uses, time)
        var made = EvaluationState { uses.count($0, at: time) }
        made.memberships = state.memberships
        made.types = state.types
        made.duties = duties
        return made
    }

    /// The consumer's code; `nil` for parties that have none.
    package var consumer: IdentificationCode? { try? IdentificationCode(did: party.text) }

    /// What the consumer says it wants the data for.
    package var purpose: String? { values[LeftOperand.purpose.iri]?.first?.description }
}

extension Situation {
    /// One thing that situations may differ in, with its value.
    enum Setting: Sendable, Hashable {
        case moment(MomentCells.Moment)
        case size(Int?)
        case value(IRI, [Value])
        case uses(EarlierUses)
        case duty(IRI, DutyState)
    }

    mutating func apply(_ setting: Setting) {
        switch setting {
        case .moment(let moment): time = moment.time
        case .size(let size): self.size = size
        case .value(let operand, let values):
            // That a city shares nothing is known as well.
            let isKnown = !values.isEmpty || operand == LeftOperand.consumerShares.iri
            self.values[operand] = isKnown ? values : nil
        case .uses(let uses): self.uses = self.uses.replacing(uses)
        case .duty(let uid, let state): duties[uid] = state == .unset ? nil : state
        }
    }
}
