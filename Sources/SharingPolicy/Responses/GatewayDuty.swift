/// A duty the gateway performs on every response it lets through under the permission.
package enum GatewayDuty: Sendable, Hashable {
    /// Remove the fields that the pointers name.
    case redact([JSONPointer])
    /// Pass on at most so many rows: elements of the outermost array, lines of NDJSON, records of CSV.
    case limitRows(Int)
}

extension GatewayDuty: CustomStringConvertible {
    package var description: String {
        switch self {
        case .redact(let pointers): "redact \(pointers.map { "`\($0)`" }.joined(separator: ", "))"
        case .limitRows(let count): "pass on at most \(count) \(count == 1 ? "row" : "rows")"
        }
    }
}

/// What the gateway does to a response in all.
package struct ResponseDuties: Sendable, Hashable {
    /// In order, each once.
    package private(set) var redactions: [JSONPointer] = []
    package private(set) var rowLimit: Int?

    package init() {}

    package init(_ duties: some Sequence<GatewayDuty>) {
        for duty in duties { insert(duty) }
    }

    package var isEmpty: Bool { redactions.isEmpty && rowLimit == nil }

    package mutating func insert(_ duty: GatewayDuty) {
        switch duty {
        case .redact(let pointers): redactions = Set(redactions + pointers).sorted()
        case .limitRows(let count): rowLimit = min(rowLimit ?? count, count)
        }
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
        return rows && Set(redactions).isSubset(of: other.redactions)
    }

    /// As a list: at most one of each sort.
    package var duties: [GatewayDuty] {
        (redactions.isEmpty ? [] : [.redact(redactions)]) + (rowLimit.map { [.limitRows($0)] } ?? [])
    }
}
