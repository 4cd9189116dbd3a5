/// What two comparisons must share for their left operands to have one value.
struct OperandKey: Hashable {
    let operand: IRI
    let unit: IRI?
    let window: CountWindow?
    let clockOffset: Int

    init(_ comparison: Comparison) {
        operand = comparison.operand.iri
        unit = comparison.unit
        window = comparison.window
        if case .timeOfDay(_, let offset)? = comparison.values.first {
            clockOffset = offset
        } else {
            clockOffset = comparison.clockOffset
        }
    }
}
