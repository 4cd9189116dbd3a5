import CityIdentity

extension Evaluation {
    /// Whether a constraint holds.
    mutating func holds(_ constraint: Constraint, _ scope: Scope) -> Truth {
        switch constraint {
        case .unreadable: return .unknown
        case .logical(let logical): return holds(logical, scope)
        case .comparison(let comparison):
            if comparison.operand.kind == .event, let isBefore = isBeforeUse(comparison) { return isBefore }
            guard let left = left(comparison, scope) else { return .unknown }
            return compare(left, comparison, scope)
        }
    }

    private mutating func holds(_ logical: LogicalConstraint, _ scope: Scope) -> Truth {
        switch logical.operand {
        case .and: return holds(logical.parts, scope)
        case .andSequence:
            // In order: what comes after one that does not hold is not looked at.
            var truth = Truth.yes
            for part in logical.parts where truth == .yes { truth = holds(part, scope) }
            return truth
        case .or:
            var truth = Truth.no
            for part in logical.parts where truth != .yes { truth = truth || holds(part, scope) }
            return truth
        case .xone:
            var holding = 0
            var unknown = 0
            for part in logical.parts where holding < 2 {
                switch holds(part, scope) {
                case .yes: holding += 1
                case .unknown: unknown += 1
                case .no: break
                }
            }
            if holding > 1 { return .no }
            return unknown > 0 ? .unknown : Truth(holding == 1)
        }
    }

    /// What is said of the use that is asked for itself: it has not begun, so whatever is now is before it.
    private func isBeforeUse(_ comparison: Comparison) -> Truth? {
        guard comparison.operator.isOrdering, comparison.values == [.name(LeftOperand.policyUsage)] else { return nil }
        return Truth(comparison.operator == .lt || comparison.operator == .lteq)
    }

    // MARK: Left operands

    /// The values of a comparison's left operand; `nil` where they are not known or have another unit.
    mutating func left(_ comparison: Comparison, _ scope: Scope) -> [Value]? {
        if comparison.operand.kind == .count, !countsUses { return brought(comparison) }
        if let supposed { return supposed[OperandKey(comparison)] }
        switch comparison.operand.kind {
        case .moment: return [.moment(request.time)]
        case .timeOfDay, .dayOfWeek: return clock(comparison)
        case .count:
            let query = countQuery(scope, comparison)
            if let count = count(query), count < UInt64(Int64.max) {
                // This use is one; how many bytes it will be nobody knows yet.
                return [.number(Number(Int64(count) + (query.measure == .uses ? 1 : 0)))]
            }
            return brought(comparison)
        case .size:
            if let size = request.requestSize { return [.number(Number(Int64(size)))] }
            return brought(comparison)
        case .recipient, .place:
            if let brought = request.value(of: comparison.operand.iri) {
                return brought.values.isEmpty ? nil : brought.values.map(Self.located)
            }
            return whereabouts(comparison)
        case .name where comparison.operand == .consumerShares:
            // That a city shares nothing is known as well.
            return request.value(of: comparison.operand.iri)?.values
        case .number, .duration, .name, .event, .open: return brought(comparison)
        }
    }

    /// The consumer as recipient or place; a place by another name than a code's cannot be compared with a code.
    private func whereabouts(_ comparison: Comparison) -> [Value]? {
        let isPlace = comparison.operand.kind == .place
        guard let consumer = request.consumer else { return isPlace ? nil : [.name(request.assignee)] }
        let areCodes = comparison.values.allSatisfy { if case .code = $0 { true } else { false } }
        return isPlace && !areCodes ? nil : [.code(CodePath(consumer))]
    }

    private func brought(_ comparison: Comparison) -> [Value]? {
        guard let value = request.value(of: comparison.operand.iri), value.unit == comparison.unit,
            !value.values.isEmpty
        else { return nil }
        return value.values
    }

    private func clock(_ comparison: Comparison) -> [Value] {
        if comparison.operand.kind == .dayOfWeek {
            return [.weekday(Weekday.number(of: request.time, offset: comparison.clockOffset))]
        }
        guard case .timeOfDay(_, let offset)? = comparison.values.first else { return [] }
        return [.timeOfDay(milliseconds: Weekday.timeOfDay(of: request.time, offset: offset), offset: offset)]
    }

    /// A name that is a code as a code.
    private static func located(_ value: Value) -> Value {
        guard case .name(let name) = value, let path = CodePath(name.text) else { return value }
        return .code(path)
    }

    /// Whose requests a rule counts, and from when on.
    func countQuery(_ scope: Scope, _ comparison: Comparison) -> CountQuery {
        let code = countedCode(scope)
        return CountQuery(
            policy: scope.policyHash, rule: scope.id, party: code.map { IRI($0.did) } ?? request.assignee,
            code: code, measure: comparison.measure,
            since: comparison.window.map { request.time.adding(milliseconds: -$0.milliseconds) })
    }

    /// The code whose requests a rule counts; `nil` for parties that have none.
    func countedCode(_ scope: Scope) -> IdentificationCode? {
        let named = scope.assignees.first { party in
            guard let identification = party.identification, let consumer = request.consumer else { return false }
            return identification.covers(consumer)
        }
        return named?.identification ?? request.consumer?.city
    }

    // MARK: Operators

    private func compare(_ left: [Value], _ comparison: Comparison, _ scope: Scope) -> Truth {
        let right = comparison.values
        let isSame = Self.coversUnits(comparison, scope.kind) ? Self.covered : Self.equal
        switch comparison.operator {
        case .eq, .neq:
            guard let wanted = right.first else { return .unknown }
            return unanimous(left) { comparison.operator == .eq ? isSame($0, wanted) : !isSame($0, wanted) }
        case .isAnyOf: return Truth.any(left) { value in Truth.any(right) { isSame(value, $0) } }
        case .isNoneOf: return !Truth.any(left) { value in Truth.any(right) { isSame(value, $0) } }
        case .isAllOf: return Truth.all(right) { wanted in Truth.any(left) { isSame($0, wanted) } }
        default:
            guard let wanted = right.first else { return .unknown }
            return unanimous(left) {
                if comparison.operator == .isA { return isSame($0, wanted) || isInstance($0, of: wanted) }
                return single($0, comparison.operator, wanted, scope)
            }
        }
    }

    /// Whether a code stands for the units below it too: everywhere but where a permission names who may.
    ///
    /// A city can delegate a unit whenever it likes, which must not be a way around what keeps the city out.
    private static func coversUnits(_ comparison: Comparison, _ kind: Rule.Kind) -> Bool {
        switch comparison.operand.kind {
        case .recipient, .place: kind != .permission || [.neq, .isNoneOf].contains(comparison.operator)
        default: false
        }
    }

    /// Whether a value is the wanted one or, of codes, below it.
    private static func covered(_ value: Value, _ wanted: Value) -> Truth {
        if case .code(let part) = value, case .code(let whole) = wanted { return Truth(whole.covers(part)) }
        return equal(value, wanted)
    }

    /// What all values agree on; of several that differ nothing can be said.
    private func unanimous(_ values: [Value], _ predicate: (Value) -> Truth) -> Truth {
        var common: Truth?
        for value in values {
            let truth = predicate(value)
            if let common, common != truth { return .unknown }
            common = truth
        }
        return common ?? .unknown
    }

    private func single(_ left: Value, _ comparator: ComparisonOperator, _ right: Value, _ scope: Scope) -> Truth {
        switch comparator {
        case .lt, .lteq, .gt, .gteq: return Self.ordered(left, comparator, right)
        case .isPartOf: return isPart(left, of: right, scope)
        case .hasPart: return isPart(right, of: left, scope)
        case .eq, .neq, .isA, .isAllOf, .isAnyOf, .isNoneOf: return .unknown
        }
    }

    private func isInstance(_ left: Value, of right: Value) -> Truth {
        guard let left = left.identity, let right = right.identity else { return .no }
        return Truth(state.types[left]?.contains(right) == true)
    }

    private func isPart(_ part: Value, of whole: Value, _ scope: Scope) -> Truth {
        if case .code(let part) = part, case .code(let whole) = whole, whole.covers(part) { return .yes }
        guard let part = part.identity, let whole = whole.identity else { return .unknown }
        return Truth(part == whole || collections(of: part, scope)?.contains(whole) == true)
    }

    /// Whether two values are the same; `unknown` for values of kinds that cannot be.
    static func equal(_ left: Value, _ right: Value) -> Truth {
        switch (left.read(like: right), right) {
        case (.moment(let moment), .day(let from, let until)): return Truth(from <= moment && moment < until)
        case (.name(let name), .code(let code)), (.code(let code), .name(let name)):
            return CodePath(name.text).map { Truth($0 == code) } ?? .no
        case (.text(let left, let language), .text(let right, let other)):
            // Whether texts of different languages mean the same nobody can tell, nor of one whose language is not said.
            if left != right { return .no }
            return language == other ? .yes : .unknown
        case (.text(let text, _), .name(let name)), (.name(let name), .text(let text, _)):
            return text == name ? .unknown : .no
        case (.duration(let left), .duration(let right)): return left.compared(to: right) { Truth($0 == $1) }
        case (.moment(let left), .moment(let right)): return Truth(left == right)
        case (.name(let left), .name(let right)): return Truth(left == right)
        case (.code(let left), .code(let right)): return Truth(left == right)
        case (.number(let left), .number(let right)): return Truth(left == right)
        case (.weekday(let left), .weekday(let right)): return Truth(left == right)
        case (.timeOfDay, .timeOfDay), (.day, .day): return Truth(left == right)
        default: return .unknown
        }
    }

    /// Whether two values stand in an order; `unknown` for values that have none.
    static func ordered(_ left: Value, _ comparator: ComparisonOperator, _ right: Value) -> Truth {
        switch (left.read(like: right), right) {
        case (.moment(let left), .day(let from, let until)):
            // Before a day is before its first moment; at most a day is before the next one begins.
            switch comparator {
            case .lt: return Truth(left < from)
            case .lteq: return Truth(left < until)
            case .gt: return Truth(left >= until)
            default: return Truth(left >= from)
            }
        case (.moment(let left), .moment(let right)): return ordered(left, comparator, right)
        case (.number(let left), .number(let right)): return ordered(left, comparator, right)
        case (.duration(let left), .duration(let right)):
            return left.compared(to: right) { ordered($0, comparator, $1) }
        case (.timeOfDay(let left, _), .timeOfDay(let right, _)): return ordered(left, comparator, right)
        default: return .unknown
        }
    }

    private static func ordered<Ordered: Comparable>(
        _ left: Ordered, _ comparator: ComparisonOperator, _ right: Ordered
    ) -> Truth {
        switch comparator {
        case .lt: Truth(left < right)
        case .lteq: Truth(left <= right)
        case .gt: Truth(left > right)
        default: Truth(left >= right)
        }
    }
}

extension Value {
    /// A name read as what it is compared with, where it can be: `"5"` beside a number is a number.
    fileprivate func read(like other: Value) -> Value {
        guard case .name(let name) = self else { return self }
        switch other {
        case .moment, .day: return XMLSchema.moment(name.text) ?? self
        case .number: return Number(parsing: name.text).map { .number($0) } ?? self
        case .duration: return XMLSchema.duration(name.text).map { .duration($0) } ?? self
        case .name, .text, .code, .timeOfDay, .weekday: return self
        }
    }

    /// The name of a value that has one.
    var identity: IRI? {
        switch self {
        case .name(let name): name
        case .code(let code): IRI("did:ma:" + code.text.dropFirst(3))
        default: nil
        }
    }
}
