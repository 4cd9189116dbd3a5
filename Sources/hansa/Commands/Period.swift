import CityIdentity

/// From one moment until another, as two options say it; a day stands for its beginning in the first, for its end in the
/// second.
struct Period: Equatable {
    let from: Timestamp?
    /// The first moment that is not part of it.
    let until: Timestamp?

    /// All time.
    static let whole = Period()

    private init() { (from, until) = (nil, nil) }

    /// - Throws: `CommandError` where one is no moment, or the end does not come after the beginning.
    init(from: String?, until: String?) throws { try self.init(from, (until, "--until")) }

    init(from: String?, to: String?) throws { try self.init(from, (to, "--to")) }

    private init(_ first: String?, _ second: (text: String?, option: String)) throws {
        from = try first.map { text in try argument(text) { try Timestamp(text, day: .beginning) } }
        until = try second.text.map { text in try argument(text) { try Timestamp(text, day: .end) } }
        if let from, let until, from >= until {
            throw CommandError(
                .usage,
                "nothing lies between --from, which is \(from.rfc3339), and \(second.option), which is \(until.rfc3339)"
            )
        }
    }
}
