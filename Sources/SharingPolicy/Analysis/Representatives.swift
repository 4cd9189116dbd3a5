import CityIdentity

/// Values of one left operand, at least one of every class that the comparisons in question tell apart.
///
/// Comparisons look at finitely many bounds, names and codes only; between and beside them nothing changes. So a formula
/// over them holds for some value if and only if it holds for one of these, and trying them all decides it.
struct Representatives {
    /// The most values tried of one operand.
    static let maximum = 4096

    /// A name that no policy speaks of.
    static let somethingElse = Value.name(IRI("urn:hansa:policy:something-else"))

    /// Each the values that the operand may have at once; `nil` where nobody knows any.
    let situations: [[Value]?]

    init(_ comparisons: [Comparison], types: [IRI: Set<IRI>]) {
        var values = comparisons.flatMap { $0.values.prefix(Self.maximum) }.flatMap(Self.around)
        switch comparisons.first?.operand.kind {
        case .dayOfWeek: values = (1...7).map { .weekday($0) }
        case .count, .size:
            // This use is one; bytes may be none.
            let least = comparisons.contains { $0.operand == .count } ? 1 : 0
            values = values.filter { Self.isWhole($0, from: least) } + [.number(Number(Int64(least)))]
        case .name, .event, .open, .recipient, .place:
            values.append(Self.somethingElse)
            values += types.keys.sorted().map { .name($0) }
        default: break
        }
        // In the order met, each once: the same on every machine.
        var seen: Set<Value> = []
        values = values.filter { seen.insert($0).inserted }
        var situations: [[Value]?] = values.map { [$0] }
        if comparisons.first?.operand.kind.isAlwaysKnown == false { situations.append(nil) }
        if comparisons.contains(where: { $0.operator == .isAllOf && $0.values.count > 1 }) {
            situations += Self.subsets(of: values)
        }
        self.situations = Array(situations.prefix(Self.maximum))
    }

    /// A bound and values on both sides of it.
    private static func around(_ value: Value) -> [Value] {
        switch value {
        case .moment(let moment): [-1, 0, 1].map { .moment(moment.adding(milliseconds: $0)) }
        case .day(let from, let until): [from, until].flatMap { around(.moment($0)) }
        case .timeOfDay(let milliseconds, let offset):
            [-1, 0, 1].map { .timeOfDay(milliseconds: (milliseconds + $0 + 86_400_000) % 86_400_000, offset: offset) }
        case .number(let number): number.neighbours.map { .number($0) }
        case .duration(let duration): duration.neighbours.map { .duration($0) }
        case .weekday, .name, .text: [value]
        case .code(let code): [value] + code.neighbours.map { .code($0) }
        }
    }

    private static func isWhole(_ value: Value, from least: Int) -> Bool {
        guard case .number(let number) = value, let whole = number.int else { return false }
        return whole >= least
    }

    /// Every set of two or more of a few values.
    private static func subsets(of values: [Value]) -> [[Value]] {
        let values = values.prefix(10)
        return (0..<(1 << values.count)).filter { $0.nonzeroBitCount > 1 }.map { mask in
            values.enumerated().filter { mask & (1 << $0.offset) != 0 }.map(\.element)
        }
    }
}

extension LeftOperand.Kind {
    /// Whether every request has a value of it.
    fileprivate var isAlwaysKnown: Bool {
        switch self {
        case .moment, .timeOfDay, .dayOfWeek, .recipient, .place: true
        case .count, .size, .number, .duration, .name, .event, .open: false
        }
    }
}

extension Number {
    /// The number, one below and one above it, and where it is whole one between each two.
    fileprivate var neighbours: [Number] {
        guard let floor else { return around }
        let (below, isLeast) = floor.subtractingReportingOverflow(1)
        let (above, isMost) = floor.addingReportingOverflow(1)
        let whole = [isLeast ? nil : below, floor, isMost ? nil : above].compactMap { $0 }.map { Number($0) }
        if self != Number(floor) { return around + whole }
        return whole + [isLeast ? nil : below, floor].compactMap { $0 }.compactMap(Self.half)
    }

    private var around: [Number] { [self] + [approximate.nextDown, approximate.nextUp].compactMap { Number($0) } }

    /// The number in the middle between a whole one and the next.
    private static func half(above whole: Int64) -> Number? {
        Number(parsing: whole >= 0 ? "\(whole).5" : whole == -1 ? "-0.5" : "\(whole + 1).5")
    }
}

extension CalendarDuration {
    /// The duration, one below and one above it, and where it has months the lengths they cannot have.
    fileprivate var neighbours: [CalendarDuration] {
        let shifted = [-1, 0, 1].map { CalendarDuration(months: months, milliseconds: milliseconds + $0) }
        guard months != 0, let shortest = lengths.min(), let longest = lengths.max() else { return shifted }
        return shifted + [shortest - 1, longest + 1].map { CalendarDuration(milliseconds: $0) }
    }
}

extension CodePath {
    /// A code below this one, and the one above it.
    fileprivate var neighbours: [CodePath] {
        let above = text.lastIndex(of: ".").flatMap { CodePath(String(text[..<$0])) }
        return [CodePath(text + ".99"), above].compactMap { $0 }
    }
}
