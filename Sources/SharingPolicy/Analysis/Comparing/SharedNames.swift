/// The datasets that rules ask a consumer's city to share, with the sets of them that it may share.
///
/// Any set is possible, and that nothing is shared is known as well. Of names that stand in the same comparisons it matters
/// only whether none, all or, where all are asked for, some are shared.
struct SharedNames {
    /// Names that the same comparisons ask for, in order.
    private let classes: [(names: [IRI], isSplit: Bool)]

    /// From how many names on those that stand in the same comparisons are put together.
    static let few = 12

    init(_ comparisons: [Comparison]) {
        var askers: [IRI: [Int]] = [:]
        for (number, comparison) in comparisons.enumerated() {
            for value in comparison.values {
                guard let (name, asker) = Self.asked(value, by: number), DatasetIdentifier.isName(name.text),
                    askers[name]?.contains(asker) != true
                else { continue }
                askers[name, default: []].append(asker)
            }
        }
        let alike =
            askers.count <= Self.few
            ? askers.map { (names: [$0.key], askers: $0.value) }
            : Dictionary(grouping: askers, by: \.value).map { (names: $0.value.map(\.key).sorted(), askers: $0.key) }
        classes = alike.sorted { $0.names[0] < $1.names[0] }.map { alike in
            (alike.names, alike.names.count > 1 && alike.askers.contains { comparisons[$0 / 2].operator == .isAllOf })
        }
    }

    /// The name that a value is compared with, and a number for the comparison: a text in a language is only perhaps one.
    private static func asked(_ value: Value, by number: Int) -> (name: IRI, asker: Int)? {
        switch value {
        case .name(let name): (name, 2 * number)
        case .text(let text, _): (text, 2 * number + 1)
        default: nil
        }
    }

    /// Every set that the comparisons may tell apart; throws where there are more than can be tried.
    func sets() throws(SearchLimit) -> [[Value]] {
        var sets: [[Value]] = [[]]
        for (names, isSplit) in classes {
            let parts = [[], names] + (isSplit ? [[names[0]]] : [])
            guard sets.count * parts.count <= SearchLimit.settings else {
                throw SearchLimit.settings(of: .consumerShares)
            }
            sets = parts.flatMap { part in sets.map { $0 + part.map { .name($0) } } }
        }
        return sets
    }
}
