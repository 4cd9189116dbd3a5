/// The duties of Hansa's profile.
package enum DutyVocabulary {
    /// Remove fields from the response.
    package static let redact = IRI(Namespace.hansa + "redact")
    /// Pass on at most so many rows.
    package static let limitRows = IRI(Namespace.hansa + "limitRows")
    /// Tell the provider of each use.
    package static let notify = IRI(Namespace.hansa + "notify")
    /// Delete what was received in time.
    package static let deleteAfter = IRI(Namespace.hansa + "deleteAfter")
    /// Name the provider wherever the data is shown.
    package static let credit = IRI(Namespace.hansa + "credit")

    /// What the gateway performs itself.
    package static let performed: Set<IRI> = [redact, limitRows]
    /// What the consumer owes afterwards.
    package static let recorded: Set<IRI> = [notify, deleteAfter, credit]

    /// The refinement of `redact`: JSON Pointers.
    static let field = IRI(Namespace.hansa + "field")
    /// The refinement of `limitRows`: how many.
    static let rows = IRI(Namespace.hansa + "rows")
}
