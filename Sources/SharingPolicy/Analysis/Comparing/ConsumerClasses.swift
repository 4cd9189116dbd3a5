import CityIdentity

/// Parties, at least one of every class that policies can tell apart.
///
/// Codes are compared by segments only: with a code that is named, with what stands above it and what lies below. So every
/// code named with its superiors, one unit of each that is named nowhere, and one city that nobody speaks of are all there
/// are.
struct ConsumerClasses: Sendable {
    let parties: [IRI]

    /// Units, and cities, that stand for those below a path that nobody names, with the path.
    let units: [IRI: CodePath]

    /// The city that stands for everybody else.
    let outsider: IRI?

    /// Whether every class is among them; not so where policies name more codes than are looked at with their units.
    let isWhole: Bool

    /// The most codes that are looked at with their units.
    static let maximum = 1000

    init(_ scopes: [Evaluation.Scope], memberships: Memberships) {
        var names = memberships.everything(in: scopes.flatMap { $0.rule.assignees.map(\.iri) })
        var paths: Set<CodePath> = []
        for scope in scopes {
            for comparison in scope.rule.allComparisons where [.recipient, .place].contains(comparison.operand.kind) {
                for value in comparison.values {
                    if case .code(let path) = value { paths.insert(path) }
                    if case .name(let name) = value { names.insert(name) }
                }
            }
        }
        for name in names { if let path = CodePath(name.text) { paths.insert(path) } }
        let others = names.filter { CodePath($0.text) == nil && !$0.text.isEmpty }.sorted()
        let named = paths.sorted { $0.text < $1.text }
        isWhole = named.count <= Self.maximum
        let units =
            isWhole ? named.compactMap { path in Self.unit(of: path, named: named).map { (IRI($0.did), path) } } : []
        let outsider = Self.outsider(named)
        let codes = named.flatMap(\.upToCity).map { IRI($0.did) } + units.map(\.0)
        self.units = Dictionary(units) { first, _ in first }
        self.outsider = outsider.map { IRI($0.did) }
        var seen: Set<IRI> = []
        parties = (codes + [self.outsider].compactMap { $0 } + others).filter { seen.insert($0).inserted }
    }

    /// A code below a path that no other path speaks of; `nil` where codes cannot be that long.
    private static func unit(of path: CodePath, named: [CodePath]) -> IdentificationCode? {
        for number in 0...named.count {
            let segment = number < 90 ? 99 - number : 1000 + number
            guard let code = try? IdentificationCode("\(path.text).\(segment)") else { return nil }
            let candidate = CodePath(code)
            let isSpokenOf = named.contains { other in
                candidate.covers(other) || (other.covers(candidate) && !other.covers(path))
            }
            if !isSpokenOf { return code }
        }
        return nil
    }

    /// A city that no path speaks of: a real one where there is one left.
    private static func outsider(_ named: [CodePath]) -> IdentificationCode? {
        let real = ["276.11000000", "250.75056", "724.28079", "076.3550308", "392.13100"]
        for text in real + (100...999).map({ "\($0).99" }) {
            guard let code = try? IdentificationCode("MA." + text) else { continue }
            if !named.contains(where: { $0.covers(code) || CodePath(code).covers($0) }) { return code }
        }
        return nil
    }
}

extension CodePath {
    /// The code and those above it, as far as they are codes.
    fileprivate var upToCity: [IdentificationCode] { (try? IdentificationCode(text))?.lineage ?? [] }
}

extension Rule {
    /// Every comparison the rule depends on: conditions, refinements, and those of duties that must be performed before.
    var allComparisons: [Comparison] {
        var all = constraints
        all += targets.flatMap(\.refinements)
        all += assignees.flatMap(\.refinements)
        all += actions.flatMap(\.refinements)
        all += preconditions.flatMap(\.constraints)
        return all.flatMap(\.comparisons)
    }

    /// The duties that must have been performed before, and their consequences.
    var preconditions: [Duty] {
        duties.filter { $0.performance == .precondition }.flatMap { [$0] + $0.consequences }
    }
}
