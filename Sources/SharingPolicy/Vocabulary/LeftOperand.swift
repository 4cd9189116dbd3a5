/// What a constraint is about: a term of ODRL's common vocabulary or of Hansa's profile.
package struct LeftOperand: Sendable, Hashable {
    /// What values of it are and where they come from.
    package enum Kind: Sendable, Hashable {
        /// The moment of the request.
        case moment
        /// The time of day of the request.
        case timeOfDay
        /// The day of the week of the request.
        case dayOfWeek
        /// How often the rule has let this consumer through, this time included, or how many bytes of responses.
        case count
        /// The consumer, compared by the segments of its code.
        case recipient
        /// A place: a code, compared by segments, or a name.
        case place
        /// A number of bytes.
        case size
        /// A number.
        case number
        /// A length of time.
        case duration
        /// A name, compared as it is written.
        case name
        /// An event; an order with ``LeftOperand/policyUsage`` says before or after the use.
        case event
        /// Whatever the right operand is: a number, a moment, a duration or a name.
        case open
    }

    package let iri: IRI
    package let kind: Kind

    /// Whether the gateway knows a value for it in every exchange or can be told one.
    package let isSupplied: Bool

    private init(_ namespace: String, _ name: String, _ kind: Kind, supplied: Bool) {
        self.iri = IRI(namespace + name)
        self.kind = kind
        self.isSupplied = supplied
    }

    package static let purpose = LeftOperand(Namespace.odrl, "purpose", .name, supplied: true)
    package static let dateTime = LeftOperand(Namespace.odrl, "dateTime", .moment, supplied: true)
    package static let count = LeftOperand(Namespace.odrl, "count", .count, supplied: true)
    package static let recipient = LeftOperand(Namespace.odrl, "recipient", .recipient, supplied: true)
    package static let spatial = LeftOperand(Namespace.odrl, "spatial", .place, supplied: true)
    package static let event = LeftOperand(Namespace.odrl, "event", .event, supplied: true)
    package static let timeOfDay = LeftOperand(Namespace.hansa, "timeOfDay", .timeOfDay, supplied: true)
    package static let dayOfWeek = LeftOperand(Namespace.hansa, "dayOfWeek", .dayOfWeek, supplied: true)
    package static let payloadSize = LeftOperand(Namespace.hansa, "payloadSize", .size, supplied: true)
    package static let volume = LeftOperand(Namespace.hansa, "volume", .count, supplied: true)
    package static let agreement = LeftOperand(Namespace.hansa, "agreement", .name, supplied: true)
    /// The names of the datasets that the consumer's city lets the provider read: several values, or none.
    package static let consumerShares = LeftOperand(Namespace.hansa, "consumerShares", .name, supplied: true)

    /// The event of the rule's action being exercised, a right operand of `event`.
    package static let policyUsage = IRI(Namespace.odrl + "policyUsage")

    private static let names: [(String, Kind)] = [
        ("deliveryChannel", .name), ("fileFormat", .name), ("industry", .name), ("language", .name), ("media", .name),
        ("product", .name), ("system", .name), ("systemDevice", .name), ("device", .name), ("virtualLocation", .name),
        ("unitOfCount", .name), ("spatialCoordinates", .name),
    ]
    private static let measures: [(String, Kind)] = [
        ("absolutePosition", .number), ("absoluteSize", .number), ("payAmount", .number), ("percentage", .number),
        ("relativePosition", .number), ("relativeSize", .number), ("resolution", .number), ("version", .open),
        ("absoluteSpatialPosition", .open), ("relativeSpatialPosition", .open), ("absoluteTemporalPosition", .open),
        ("relativeTemporalPosition", .open), ("delayPeriod", .duration), ("elapsedTime", .duration),
        ("meteredTime", .duration), ("timeInterval", .duration),
    ]

    /// Every left operand known here, by IRI.
    package static let known: [IRI: LeftOperand] = {
        let own = [
            purpose, dateTime, count, recipient, spatial, event, timeOfDay, dayOfWeek, payloadSize, agreement,
            consumerShares, volume,
        ]
        let common = (names + measures).map { LeftOperand(Namespace.odrl, $0.0, $0.1, supplied: false) }
        return Dictionary(uniqueKeysWithValues: (own + common).map { ($0.iri, $0) })
    }()
}
