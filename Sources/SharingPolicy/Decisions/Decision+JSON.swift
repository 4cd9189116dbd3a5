package import StrictJSON

extension Decision {
    /// The decision with its trace as JSON.
    package var json: JSONValue {
        .object(
            JSONObject([
                ("decision", .string(outcome.rawValue)), ("reason", .string(reason.rawValue)),
                ("policy", policyHash.map { .string($0.description) } ?? .null),
                ("rule", ruleID.map { .string($0) } ?? .null), ("summary", .string(summary)),
                ("duties", .array(duties.map(\.json))), ("obligations", .array(obligations.map(\.json))),
                ("trace", trace.json),
            ]))
    }
}

extension GatewayDuty {
    package var json: JSONValue {
        switch self {
        case .redact(let pointers): .object(JSONObject([("redact", Self.json(pointers))]))
        case .keepFields(let pointers): .object(JSONObject([("keepFields", Self.json(pointers))]))
        case .coarsen(let pointers, let coarsening):
            .object(JSONObject([("coarsen", Self.json(pointers)), coarsening.json]))
        case .coarsenPositions(let decimals):
            .object(JSONObject([("coarsen", "positions"), ("decimals", JSONValue(decimals))]))
        case .suppressUnlike(let pointers, let count):
            .object(JSONObject([("suppressBelow", JSONValue(count)), ("alike", Self.json(pointers))]))
        case .suppressBelow(let pointers, let count):
            .object(JSONObject([("suppressBelow", JSONValue(count)), ("field", Self.json(pointers))]))
        case .limitRows(let count): .object(JSONObject([("limitRows", JSONValue(count))]))
        }
    }

    private static func json(_ pointers: [JSONPointer]) -> JSONValue {
        .array(pointers.map { .string($0.description) })
    }
}

extension Coarsening {
    fileprivate var json: (String, JSONValue) {
        switch self {
        case .numbers(let step): ("step", .string(step.description))
        case .times(let precision): ("precision", .string(precision.rawValue))
        }
    }
}

extension Obligation {
    package var json: JSONValue {
        .object(
            JSONObject([
                ("policy", .string(policy.description)), ("id", .string(id)), ("action", .string(action.text)),
                ("summary", .string(summary)),
            ]))
    }
}

extension DecisionTrace {
    package var json: JSONValue {
        .array(
            policies.map { policy in
                .object(
                    JSONObject([
                        ("policy", .string(policy.hash.description)), ("name", .string(policy.name)),
                        ("defect", policy.defect.map { .string($0) } ?? .null),
                        ("rules", .array(policy.rules.map(\.json))),
                    ]))
            })
    }
}

extension RuleReport {
    /// The report under the names of the ODRL compliance report.
    package var json: JSONValue {
        .object(
            JSONObject([
                ("rule", .string(id)), ("type", .string(kind.rawValue)), ("active", .bool(isActive)),
                ("overridden", .bool(isOverridden)),
                (
                    "premises",
                    .object(
                        JSONObject(
                            Premise.allCases.compactMap { premise in
                                premises[premise].map { (premise.rawValue, .string($0.word)) }
                            }))
                ),
                ("constraints", .array(constraints.map(\.json))),
                (
                    "conditions",
                    .array(
                        // What the gateway performs or is owed afterwards is no condition, and nobody has fulfilled it.
                        duties.filter { $0.performance == .precondition }.map {
                            .object(JSONObject([("duty", .string($0.id)), ("deontic", .string($0.state.rawValue))]))
                        })
                ),
                ("reasons", .array(reasons.map { .string($0.rawValue) })),
            ]))
    }
}

extension ConstraintReport {
    fileprivate var json: JSONValue {
        .object(
            JSONObject([
                ("constraint", uid.map { .string($0.text) } ?? .null), ("result", .string(truth.word)),
                ("words", .string(words)), ("actual", actual.map { .string($0) } ?? .null),
            ]))
    }
}
