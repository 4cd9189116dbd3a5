/// A duty the gateway performs on every response it lets through under the permission.
package enum GatewayDuty: Sendable, Hashable {
    /// Remove the fields that the pointers name.
    case redact([JSONPointer])
    /// Pass on no fields but those that the pointers name.
    case keepFields([JSONPointer])
    /// Pass on the fields that the pointers name less exactly than they are.
    case coarsen([JSONPointer], Coarsening)
    /// Pass on the positions of GeoJSON with at most so many digits after the point.
    case coarsenPositions(decimals: Int)
    /// Withhold rows whose number of cases, which the pointers name, is below this.
    case suppressBelow([JSONPointer], Int)
    /// Withhold rows unless at least so many of the response, this one included, are alike in all these fields.
    case suppressUnlike([JSONPointer], Int)
    /// Pass on at most so many rows: elements of the outermost array, features of GeoJSON, lines of NDJSON, records of CSV.
    case limitRows(Int)
}

extension GatewayDuty {
    /// Whether a response in which none of the fields is found that it names is refused.
    package var needsFields: Bool {
        switch self {
        case .redact, .coarsen, .suppressBelow: true
        case .keepFields, .coarsenPositions, .suppressUnlike, .limitRows: false
        }
    }
}

extension GatewayDuty: CustomStringConvertible {
    package var description: String {
        switch self {
        case .redact(let pointers): "redact \(Self.list(pointers))"
        case .keepFields(let pointers):
            pointers.isEmpty ? "pass on no fields" : "pass on no fields but \(Self.list(pointers))"
        case .coarsen(let pointers, let coarsening): "coarsen \(Self.list(pointers)) \(coarsening)"
        case .coarsenPositions(let decimals):
            "coarsen positions to \(decimals) \(decimals == 1 ? "decimal" : "decimals")"
        case .suppressBelow(let pointers, let count): "withhold rows whose \(Self.list(pointers)) is below \(count)"
        case .suppressUnlike(let pointers, let count):
            "withhold rows unless at least \(count) are alike in \(Self.list(pointers))"
        case .limitRows(let count): "pass on at most \(count) \(count == 1 ? "row" : "rows")"
        }
    }

    private static func list(_ pointers: [JSONPointer]) -> String {
        pointers.map { "`\($0)`" }.joined(separator: ", ")
    }
}
