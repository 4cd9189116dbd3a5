/// The duties of Hansa's profile.
package enum DutyVocabulary {
    /// Remove fields from the response.
    package static let redact = IRI(Namespace.hansa + "redact")
    /// Pass on these fields alone.
    package static let keepFields = IRI(Namespace.hansa + "keepFields")
    /// Pass on numbers, times or positions less exactly than they are.
    package static let coarsen = IRI(Namespace.hansa + "coarsen")
    /// Withhold rows that stand for fewer than so many cases, or that fewer than so many rows are alike with.
    package static let suppressBelow = IRI(Namespace.hansa + "suppressBelow")
    /// Pass on at most so many rows.
    package static let limitRows = IRI(Namespace.hansa + "limitRows")
    /// Tell the provider of each use.
    package static let notify = IRI(Namespace.hansa + "notify")
    /// Delete what was received in time.
    package static let deleteAfter = IRI(Namespace.hansa + "deleteAfter")
    /// Name the provider wherever the data is shown.
    package static let credit = IRI(Namespace.hansa + "credit")
    /// Pass what was received on to others only under the policy that the duty's target names.
    package static let nextPolicy = IRI(Namespace.odrl + "nextPolicy")

    /// What the gateway performs itself.
    package static let performed: Set<IRI> = [redact, keepFields, coarsen, suppressBelow, limitRows]
    /// What the consumer owes afterwards.
    package static let recorded: Set<IRI> = [notify, deleteAfter, credit, nextPolicy]

    /// Which fields: JSON Pointers.
    static let field = IRI(Namespace.hansa + "field")
    /// A refinement of `suppressBelow`: the fields in all of which rows must be alike, JSON Pointers.
    static let alike = IRI(Namespace.hansa + "alike")
    /// The refinement of `limitRows`: how many; of `suppressBelow`: how many must be alike.
    static let rows = IRI(Namespace.hansa + "rows")
    /// A refinement of `coarsen`: how many digits stay after the point of numbers.
    static let decimals = IRI(Namespace.hansa + "decimals")
    /// A refinement of `coarsen`: what numbers become multiples of.
    static let step = IRI(Namespace.hansa + "step")
    /// A refinement of `coarsen`: what stays of times.
    static let precision = IRI(Namespace.hansa + "precision")
    /// A refinement of `coarsen`: how many digits stay after the point of GeoJSON's positions.
    static let positionDecimals = IRI(Namespace.hansa + "positionDecimals")
    /// A refinement of `suppressBelow`: how many cases a row must stand for.
    static let cases = IRI(Namespace.hansa + "cases")

    /// All refinements.
    static let operands: Set<IRI> = [field, alike, rows, decimals, step, precision, positionDecimals, cases]

    /// How each duty that the gateway performs is written.
    static let examples: [IRI: String] = [
        redact: "a refinement `field` `isAnyOf` JSON Pointers, as `/wind` or `/*/wind`",
        keepFields: "a refinement `field` `isAnyOf` JSON Pointers, as `/wind` or `/*/wind`",
        coarsen:
            "`field` `isAnyOf` JSON Pointers with `decimals` `lteq` a number up to \(Step.maximumScale), `step` `eq` a number, or `precision` `eq` `hour`, `day`, `month` or `year`; or `positionDecimals` `lteq` a number alone",
        suppressBelow:
            "`field` `isAnyOf` JSON Pointers with `cases` `gteq` a number from 1 up, or `alike` `isAllOf` JSON Pointers with `rows` `gteq` a number from 2 up",
        limitRows: "a refinement `rows` `lteq` a number",
    ]
}
