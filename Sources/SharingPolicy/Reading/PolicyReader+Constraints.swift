import StrictJSON

extension PolicyReader {
    static let constraintProperties: Set<String> = [
        "uid", "type", "leftOperand", "operator", "rightOperand", "rightOperandReference", "unit", "dataType", "status",
        "and", "or", "xone", "andSequence",
    ]

    mutating func constraints(_ member: (value: JSONValue, path: String), depth: Int) -> [Constraint] {
        list(member).map { node($0) }.map { constraint($0.value, at: $0.path, depth: depth) }
    }

    func unreadable(_ uid: IRI?, _ path: String, _ reason: String) -> Constraint {
        .unreadable(UnreadableConstraint(uid: uid, path: path, reason: reason))
    }

    private mutating func refuse(_ uid: IRI?, _ path: String, _ reason: String, expected: String? = nil) -> Constraint {
        problem(path, reason, expected: expected)
        return unreadable(uid, path, reason)
    }

    private mutating func constraint(_ value: JSONValue, at path: String, depth: Int) -> Constraint {
        if let name = termText(value) {
            return refuse(
                nil, path, "the constraint `\(PolicyError.excerpt(name))` is not in the document",
                expected: "the constraint itself")
        }
        guard let object = value.object else {
            return refuse(
                nil, path, "the constraint is not an object", expected: "left operand, operator, right operand")
        }
        var (members, defect) = members(of: object, at: path, known: Self.constraintProperties)
        let uid = members["uid"].flatMap { identifier($0.value, at: $0.path, what: "a constraint's uid") }
        let operands = LogicalConstraint.Operand.allCases.filter { members[$0.rawValue] != nil }
        checkType(
            members["type"], expected: operands.isEmpty ? ["Constraint"] : ["LogicalConstraint", "Constraint"],
            defect: &defect)
        if let defect { return unreadable(uid, path, defect) }
        guard depth < Self.maximumDepth else {
            return refuse(uid, path, "constraints are nested more than \(Self.maximumDepth) deep")
        }
        guard let operand = operands.first, let member = members[operand.rawValue] else {
            return comparison(members, uid: uid, at: path)
        }
        guard operands.count == 1, members.keys.allSatisfy(["uid", "type", operand.rawValue].contains) else {
            return refuse(
                uid, path, "the constraint mixes `\(operand.rawValue)` with something else",
                expected: "one logical operand, or left operand, operator and right operand")
        }
        let parts = constraints(member, depth: depth + 1)
        if parts.isEmpty {
            return refuse(uid, member.path, "`\(operand.rawValue)` has no constraints", expected: "two or more")
        }
        if parts.count == 1 { warning(member.path, "`\(operand.rawValue)` has one constraint only") }
        let uids = parts.compactMap(\.uid)
        if Set(uids).count < uids.count {
            problem(
                member.path, "`\(operand.rawValue)` names one constraint twice", expected: "constraints of their own")
        }
        return .logical(LogicalConstraint(uid: uid, operand: operand, parts: parts))
    }

    private mutating func comparison(
        _ members: [String: (value: JSONValue, path: String)], uid: IRI?, at path: String
    ) -> Constraint {
        for name in ["rightOperandReference", "status"] {
            guard let member = members[name] else { continue }
            return refuse(
                uid, member.path, "`\(name)` is refused: nothing outside the signed bytes may change a policy")
        }
        guard let left = members["leftOperand"], let comparator = members["operator"],
            let right = members["rightOperand"]
        else {
            let missing = ["leftOperand", "operator", "rightOperand"].filter { members[$0] == nil }
            return refuse(uid, path, "the constraint lacks `\(missing.joined(separator: "`, `"))`")
        }
        let leftText = termText(left.value) ?? ""
        guard
            let operand = names.term(leftText, isTerm: { LeftOperand.known[$0] != nil }).flatMap({
                LeftOperand.known[$0]
            })
        else {
            return refuse(
                uid, left.path,
                "the left operand `\(PolicyError.excerpt(leftText))` is not known here"
                    + hint(for: leftText, among: LeftOperand.known.keys.map(\.short)),
                expected: "one of ODRL's or of the profile `urn:hansa:policy`, as `purpose` or `timeOfDay`")
        }
        let operatorText = termText(comparator.value) ?? ""
        guard let comparison = ComparisonOperator(rawValue: names.property(operatorText)) else {
            return refuse(
                uid, comparator.path,
                "the operator `\(PolicyError.excerpt(operatorText))` is not known here"
                    + hint(for: operatorText, among: ComparisonOperator.allCases.map(\.rawValue)),
                expected: ComparisonOperator.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard operand.takes(comparison) else {
            return refuse(
                uid, comparator.path, "`\(operand.iri.short)` cannot be compared with `\(comparison.rawValue)`",
                expected: ComparisonOperator.allCases.filter(operand.takes).map(\.rawValue).joined(separator: ", ")
            )
        }
        return compared(operand, comparison, right, members: members, uid: uid)
    }

    private mutating func compared(
        _ operand: LeftOperand, _ comparison: ComparisonOperator, _ right: (value: JSONValue, path: String),
        members: [String: (value: JSONValue, path: String)], uid: IRI?
    ) -> Constraint {
        let elements = list(right)
        guard elements.count == 1 || (comparison.isSetBased && !elements.isEmpty) else {
            return refuse(
                uid, right.path,
                "`\(comparison.rawValue)` takes \(comparison.isSetBased ? "at least" : "exactly") one value")
        }
        let scale: UnitReading
        switch unit(members["unit"], for: operand) {
        case .success(let reading): scale = reading
        case .failure(let problem): return refuse(uid, problem.path, problem.message, expected: problem.expected)
        }
        var type: IRI?
        if let member = members["dataType"] {
            guard let text = termText(member.value) else {
                return refuse(uid, member.path, "the data type is not a name", expected: "as `xsd:dateTime`")
            }
            type = names.expanded(text)
        }
        var values: [Value] = []
        for element in elements {
            switch value(element.value, at: element.path, type: type, kind: operand.kind, scale: scale.factor) {
            case .success(let value): values.append(value)
            case .failure(let problem): return refuse(uid, problem.path, problem.message, expected: problem.expected)
            }
        }
        warnOfClock(operand, right, elements.map(\.value), hasUnit: members["unit"] != nil)
        return .comparison(
            Comparison(
                uid: uid, operand: operand, operator: comparison, values: values, unit: scale.unit,
                window: scale.window, clockOffset: scale.clockOffset))
    }

    /// Says of days and times of day that name no clock which one is meant.
    private mutating func warnOfClock(
        _ operand: LeftOperand, _ right: (value: JSONValue, path: String), _ values: [JSONValue], hasUnit: Bool
    ) {
        switch operand.kind {
        case .dayOfWeek where !hasUnit:
            warning(
                right.path, "the days begin and end by UTC: the constraint has no `unit`",
                expected: "`unit`, as `UTC+08:00`; `UTC+00:00` where UTC is meant")
        case .timeOfDay:
            let texts = values.compactMap { Literal($0, names: names, type: nil)?.text }
            guard let text = texts.first(where: { !$0.utf8.contains { "Z+-".utf8.contains($0) } }) else { return }
            warning(
                right.path, "`\(PolicyError.excerpt(text))` is a time of day by UTC: it has no offset",
                expected: "as `08:00:00+08:00`; `08:00:00Z` where UTC is meant")
        default: break
        }
    }
}

extension LeftOperand {
    /// Whether values of it can be compared so; what several values have is asked of sets alone.
    func takes(_ comparison: ComparisonOperator) -> Bool {
        self == .consumerShares ? comparison.isSetBased : kind.takes(comparison)
    }
}

extension LeftOperand.Kind {
    /// Whether values of this kind can be compared so.
    func takes(_ comparison: ComparisonOperator) -> Bool {
        switch self {
        case .open: true
        case .moment, .count, .size, .number, .duration, .timeOfDay:
            comparison.isOrdering || [.eq, .neq, .isAnyOf, .isNoneOf].contains(comparison)
        case .dayOfWeek: [.eq, .neq, .isAnyOf, .isNoneOf].contains(comparison)
        case .name, .recipient, .place: !comparison.isOrdering
        case .event: true
        }
    }
}

extension PolicyProblem: Error {}
