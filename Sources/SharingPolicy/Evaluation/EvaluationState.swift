package import CityIdentity

/// What is known of the world besides the request; all of it handed in, so that an evaluation depends on nothing else.
package struct EvaluationState: Sendable {
    /// Which parties and assets belong to which collections.
    package var memberships = Memberships()

    /// The types of things, for `isA`.
    package var types: [IRI: Set<IRI>] = [:]

    /// What is known of duties, by their uid; of others nothing is.
    package var duties: [IRI: DutyState] = [:]

    /// How often, or how many bytes, a rule has let a party through; `nil` where that is not known.
    package var count: @Sendable (CountQuery) -> UInt64?

    package init(count: @escaping @Sendable (CountQuery) -> UInt64? = { _ in nil }) { self.count = count }
}

/// What is known of one duty.
package enum DutyState: String, Sendable, Hashable, CaseIterable {
    /// Nobody has said whether it is performed.
    case unset = "nonset"
    /// It is performed, in time.
    case fulfilled
    /// It is in force and not performed.
    case active
    /// It was not performed in time.
    case violated
    /// It was not performed in time, and has been since.
    case performedLate
}

/// Asks how many requests, or bytes of responses, a rule has let through.
package struct CountQuery: Sendable, Hashable {
    /// What is counted.
    package enum Measure: Sendable, Hashable {
        case uses
        /// Bytes of responses' content, as it was passed to consumers.
        case bytes
    }

    package let policy: PolicyHash

    /// The rule by ``Rule/id``.
    package let rule: String

    /// Whose requests: the party the rule names where it names one by code, else the consumer's city, so that neither a
    /// city nor its departments get more by asking under many codes; units below it count with it.
    package let party: IRI

    /// Its code; `nil` for parties that have none.
    package let code: IdentificationCode?

    package let measure: Measure

    /// Only requests after this moment count; `nil` for all.
    package let since: Timestamp?
}
