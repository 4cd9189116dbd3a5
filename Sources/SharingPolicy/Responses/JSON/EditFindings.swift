/// What was come across of what duties name.
struct EditFindings {
    /// A duty names fields of each of these sorts.
    let needs: Sorts
    private(set) var found: Sorts = []
    /// Something is passed on: a member or element of the document, or a document that has none.
    private(set) var hasKept = false

    struct Sorts: OptionSet {
        let rawValue: UInt8
        static let removed = Sorts(rawValue: 1)
        static let coarsened = Sorts(rawValue: 2)
        static let counted = Sorts(rawValue: 4)
    }

    private let names: [JSONPointer]

    init(_ duties: ResponseDuties) {
        var needs: Sorts = []
        if !duties.redactions.isEmpty { needs.insert(.removed) }
        if !duties.coarsenings.isEmpty { needs.insert(.coarsened) }
        if !duties.suppressions.isEmpty { needs.insert(.counted) }
        self.needs = needs
        names = duties.redactions + duties.coarsenings.keys.sorted() + duties.suppressions.keys.joined().sorted()
    }

    mutating func find(_ sorts: Sorts) { found.formUnion(sorts) }

    mutating func keep() { hasKept = true }

    /// Whether something was found for every duty, so that the response's fields stand where the policy thinks.
    var isSatisfied: Bool { needs.isSubset(of: found) }

    /// Refuses a response that something of is passed on, and in which nothing was found of what a duty names.
    func check() throws(PolicyError) {
        guard hasKept, !isSatisfied else { return }
        let what = names.map { "`\($0)`" }.joined(separator: " or ")
        throw PolicyError(.fieldsNotFound, "nothing in the response is \(what): its fields stand elsewhere")
    }
}
