/// What the gateway does to a response in all.
package struct ResponseDuties: Sendable, Hashable {
    /// In order, each once.
    package private(set) var redactions: [JSONPointer] = []

    /// A field is passed on if every one of these lists names it.
    package private(set) var keptFields: [[JSONPointer]] = []

    /// Fields that are passed on less exactly.
    package private(set) var coarsenings: [JSONPointer: Coarsening] = [:]

    /// The most digits after the point of GeoJSON's positions.
    package private(set) var positionDecimals: Int?

    /// Lists of fields that say how many cases a row stands for, and how many that must be.
    package private(set) var suppressions: [[JSONPointer]: Int] = [:]

    /// Fields in all of which rows must be alike, and how many rows; `nil` where none need be.
    package private(set) var alikeness: Alikeness?

    package private(set) var rowLimit: Int?

    /// What rows must have in common so that they are passed on.
    package struct Alikeness: Sendable, Hashable {
        /// In order, each once.
        package let fields: [JSONPointer]

        /// How many rows must be alike at least.
        package let rows: Int

        /// Rows that satisfy this satisfy both: of rows alike in more fields, those are alike in fewer.
        func union(_ other: Alikeness) -> Alikeness {
            Alikeness(fields: Set(fields + other.fields).sorted(), rows: max(rows, other.rows))
        }
    }

    /// The most lists of one sort that are told apart.
    ///
    /// Further lists of fields to keep go together, so that what stays is named by both; with further suppressions no row is
    /// passed on.
    static let maximumLists = 16

    package init() {}

    package init(_ duties: some Sequence<GatewayDuty>) {
        for duty in duties { insert(duty) }
    }

    package var isEmpty: Bool { self == ResponseDuties() }

    /// Whether rows have to be told apart.
    var concernsRows: Bool { rowLimit != nil || !suppressions.isEmpty || alikeness != nil }

    package mutating func insert(_ duty: GatewayDuty) {
        switch duty {
        case .redact(let pointers): redactions = Set(redactions + pointers).sorted()
        case .keepFields(let pointers): keep(Set(pointers))
        case .coarsen(let pointers, let coarsening): for pointer in pointers { coarsen(pointer, coarsening) }
        case .coarsenPositions(let decimals): positionDecimals = min(positionDecimals ?? decimals, decimals)
        case .suppressBelow(let pointers, let count): suppress(Set(pointers).sorted(), below: count)
        case .suppressUnlike(let pointers, let count):
            let added = Alikeness(fields: Set(pointers).sorted(), rows: count)
            alikeness = alikeness?.union(added) ?? added
        case .limitRows(let count): rowLimit = min(rowLimit ?? count, count)
        }
    }

    private mutating func keep(_ pointers: Set<JSONPointer>) {
        guard !keptFields.contains(pointers.sorted()) else { return }
        if keptFields.count < Self.maximumLists {
            keptFields.append(pointers.sorted())
        } else {
            keptFields[keptFields.count - 1].removeAll { !pointers.contains($0) }
        }
        keptFields.sort { $0.lexicographicallyPrecedes($1) }
    }

    /// Where two coarsenings leave nothing, the field goes.
    private mutating func coarsen(_ pointer: JSONPointer, _ coarsening: Coarsening) {
        guard let present = coarsenings[pointer] else { return coarsenings[pointer] = coarsening }
        coarsenings[pointer] = present.common(with: coarsening)
        if coarsenings[pointer] == nil { insert(.redact([pointer])) }
    }

    private mutating func suppress(_ pointers: [JSONPointer], below count: Int) {
        guard suppressions[pointers] != nil || suppressions.count < Self.maximumLists else { return rowLimit = 0 }
        suppressions[pointers] = max(suppressions[pointers] ?? count, count)
    }

    /// The stricter of both in every respect.
    package func union(_ other: ResponseDuties) -> ResponseDuties {
        var union = self
        for duty in other.duties { union.insert(duty) }
        return union
    }

    /// Whether what is left out here is left out under the other too.
    package func isAtMostAsStrict(as other: ResponseDuties) -> Bool {
        let rows = rowLimit.map { own in other.rowLimit.map { $0 <= own } ?? false } ?? true
        let positions =
            positionDecimals.map { own in other.positionDecimals.map { $0 <= own } ?? false } ?? true
        return rows && positions && Set(redactions).isSubset(of: other.redactions)
            && keptFields.allSatisfy { own in other.keptFields.contains { Set($0).isSubset(of: own) } }
            && (alikeness.map { own in other.alikeness.map { own.union($0) == $0 } ?? false } ?? true)
            && suppressions.allSatisfy { fields, count in other.suppressions[fields].map { $0 >= count } ?? false }
            && coarsenings.allSatisfy { pointer, coarsening in
                other.redactions.contains(pointer)
                    || other.coarsenings[pointer].map { coarsening.isAtMostAsStrict(as: $0) } ?? false
            }
    }

    /// As a list, in an order of its own.
    package var duties: [GatewayDuty] {
        let groups = Dictionary(grouping: coarsenings.keys) { coarsenings[$0] }
        let coarsened = groups.compactMap { coarsening, pointers in
            coarsening.map { GatewayDuty.coarsen(pointers.sorted(), $0) }
        }
        let suppressed = suppressions.map { GatewayDuty.suppressBelow($0, $1) }
        return (redactions.isEmpty ? [] : [.redact(redactions)]) + keptFields.map { .keepFields($0) }
            + coarsened.sorted { $0.description < $1.description }
            + (positionDecimals.map { [.coarsenPositions(decimals: $0)] } ?? [])
            + suppressed.sorted { $0.description < $1.description }
            + (alikeness.map { [.suppressUnlike($0.fields, $0.rows)] } ?? [])
            + (rowLimit.map { [.limitRows($0)] } ?? [])
    }
}
