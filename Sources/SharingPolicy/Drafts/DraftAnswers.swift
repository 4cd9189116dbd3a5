package import CityIdentity

/// What a draft says of its own, in the place of its template's examples.
package struct DraftAnswers: Sendable {
    package let target: DatasetIdentifier

    /// Codes of cities, units or countries; empty where the template is for everybody.
    package var consumers: [CodePath] = []
    package var exceptions: [CodePath] = []

    /// Empty where those of the template stay.
    package var purposes: [String] = []
    package var until: DraftEnd?
    package var clock: DraftClock?

    /// Names of fields, or JSON Pointers.
    package var removedFields: [String] = []
    package var casesField: String?
    package var alikeFields: [String] = []
    package var title: String?

    package init(target: DatasetIdentifier) { self.target = target }

    /// The most answers of one sort.
    static let maximum = 64

    /// Whether anything is said of a place.
    package func has(_ place: PolicyTemplate.Place) -> Bool {
        switch place {
        case .consumers: !consumers.isEmpty
        case .exceptions: !exceptions.isEmpty
        case .purposes: !purposes.isEmpty
        case .until: until != nil
        case .clock: clock != nil
        case .removedFields: !removedFields.isEmpty
        case .casesField: casesField != nil
        case .alikeFields: !alikeFields.isEmpty
        }
    }

    /// The pointers that name a field of one record, a column, and a field of every record of a list.
    static func pointers(_ field: String) -> [String] {
        if field.utf8.first == UInt8(ascii: "/") { return [field] }
        let token =
            field == "*" ? "~2" : field.replacing("~", with: "~0").replacing("/", with: "~1")
        return ["/" + token, "/*/" + token]
    }
}

/// When what a policy permits ends.
package struct DraftEnd: Sendable, Hashable {
    /// As the policy has it: a day, `2027-12-31`, which still counts, or a moment with its offset, which does not.
    let text: String
    let isDay: Bool

    /// The first second that is not permitted.
    package let end: Timestamp

    /// Parses a day or an RFC 3339 moment.
    ///
    /// Throws ``PolicyError`` of code `malformedAnswer`.
    package init(_ text: String) throws(PolicyError) {
        do { end = try Timestamp(text, day: .end) } catch {
            throw PolicyError(.malformedAnswer, error.message)
        }
        self.text = text
        isDay = Timestamp.isDay(text)
    }
}
