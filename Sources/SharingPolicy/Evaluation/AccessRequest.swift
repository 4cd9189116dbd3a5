package import CityIdentity
package import StrictJSON

/// What a consumer asks for, as far as policies may look at it.
package struct AccessRequest: Sendable {
    /// The code of who asks; `nil` for parties that have none.
    package let consumer: IdentificationCode?

    /// Who asks where that has no code.
    private let party: IRI

    /// Who asks, as an IRI.
    package var assignee: IRI { consumer.map { IRI($0.did) } ?? party }

    /// What is asked for.
    package let target: IRI

    /// What is to be done with it: a canonical action.
    package let action: IRI

    /// The moment the request is judged at, the only clock of an evaluation.
    package let time: Timestamp

    /// Bytes of the request's content; `nil` where that is not known.
    package var requestSize: Int?

    /// Values of other left operands, by IRI: `purpose` among them.
    package private(set) var context: [(operand: IRI, value: ContextValue)] = []

    /// The action with all it is included in, nearest first; looked up once.
    let actionAncestry: [IRI]
    let isActionKnown: Bool

    /// Makes the request of a city's system for a dataset.
    ///
    /// `action` is an action's IRI or its short name of ODRL, `read`. `purpose` is what `Exchange-Purpose` says.
    package init(
        consumer: IdentificationCode, dataset: DatasetIdentifier, action: String, purpose: String?, time: Timestamp,
        requestSize: Int? = nil
    ) {
        self.init(party: IRI(""), consumer: consumer, target: dataset.iri, action: action, time: time)
        self.requestSize = requestSize
        if let purpose { set(LeftOperand.purpose.iri, ContextValue([.name(IRI(purpose))])) }
    }

    /// Makes a request among parties and assets of any kind.
    package init(assignee: IRI, target: IRI, action: String, time: Timestamp) {
        let code = try? IdentificationCode(did: assignee.text)
        self.init(party: assignee, consumer: code, target: target, action: action, time: time)
    }

    private init(party: IRI, consumer: IdentificationCode?, target: IRI, action: String, time: Timestamp) {
        self.party = party
        self.consumer = consumer
        self.target = target
        self.time = time
        if let lineage = ActionVocabulary.lineage(ofShort: action) {
            actionAncestry = lineage
            isActionKnown = true
        } else {
            let name = ActionVocabulary.name(of: action)
            actionAncestry = ActionVocabulary.lineage(of: name)
            isActionKnown = ActionVocabulary.knows(name)
        }
        self.action = actionAncestry[0]
    }

    /// Sets the value of a left operand in place of any before.
    package mutating func set(_ operand: IRI, _ value: ContextValue) {
        context.removeAll { $0.operand == operand }
        context.append((operand, value))
    }

    /// The value of a left operand, if the request brings one.
    package func value(of operand: IRI) -> ContextValue? {
        for entry in context where entry.operand == operand { return entry.value }
        return nil
    }

    /// What the consumer says it wants the data for.
    package var purpose: String? { value(of: LeftOperand.purpose.iri)?.values.first?.description }
}

/// The value a request brings for a left operand: one or several, in a unit or none.
package struct ContextValue: Sendable, Hashable {
    package let values: [Value]
    package let unit: IRI?

    package init(_ values: [Value], unit: IRI? = nil) {
        self.values = values
        self.unit = unit
    }

    /// Reads a value as JSON-LD writes it: text, a number, `{"@value": …}`, `{"@id": …}` or an array of such; `nil` else.
    package init?(json: JSONValue, unit: String? = nil) {
        let names = NameResolver(format: .jsonld)
        var values: [Value] = []
        let elements = json.array ?? json["@list"]?.array ?? [json]
        for element in elements {
            guard let literal = Literal(element, names: names, type: nil),
                let value = literal.value(as: literal.openKind)
            else { return nil }
            values.append(value)
        }
        self.init(values, unit: unit.map { names.expanded($0) })
    }
}
