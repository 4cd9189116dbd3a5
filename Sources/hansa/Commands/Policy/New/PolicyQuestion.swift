import SharingPolicy

/// What `policy new` asks about, with the option that answers it and what it means to somebody who has never seen a policy.
enum PolicyQuestion: CaseIterable {
    case template, target, consumers, exceptions, purposes, until, clock, removedFields, casesField, alikeFields

    /// The option that answers it on the command line.
    var option: String {
        switch self {
        case .template: "--template"
        case .target: "--target"
        case .consumers: "--consumer"
        case .exceptions: "--except"
        case .purposes: "--purpose"
        case .until: "--until"
        case .clock: "--clock"
        case .removedFields: "--redact"
        case .casesField: "--cases-field"
        case .alikeFields: "--alike"
        }
    }

    /// What it sets in a template; `nil` where every draft has an answer.
    var place: PolicyTemplate.Place? {
        switch self {
        case .template, .target: nil
        case .consumers: .consumers
        case .exceptions: .exceptions
        case .purposes: .purposes
        case .until: .until
        case .clock: .clock
        case .removedFields: .removedFields
        case .casesField: .casesField
        case .alikeFields: .alikeFields
        }
    }

    var words: String {
        switch self {
        case .template: "What comes closest to what you want to permit? Its name or number."
        case .target:
            "Which dataset is it about? Its provider's code, `/` and its name, as MA.156.1301/air-quality. The provider is your "
                + "city or a unit of it; `hansa dataset list` has the names."
        case .consumers:
            "Who may? Codes, with commas between them. A city's code stands for all its units, MA.840.5363000.03 for one unit "
                + "and MA.840 for the cities of a whole country."
        case .exceptions: "Who of those may not, whatever else permits it? Codes, with commas between them."
        case .purposes:
            "What for? Words that the consumer has to send with each request, as research, with commas between them. They are "
                + "signed and recorded, so that it can be held to them."
        case .until:
            "Until when? The last day, as 2027-12-31, or the exact moment, as 2028-01-01T00:00:00+08:00. Nobody has to "
                + "remember to close anything then."
        case .clock:
            "On which clock are days of the week and times of day read? Its offset from UTC, as +08:00 in Shijiazhuang or -05:00; "
                + "it stays the same in summer."
        case .removedFields:
            "Which fields identify somebody? The gateway takes them out of every answer. Names of columns or members, as "
                + "name, with commas between them; a JSON Pointer, as /stations/*/owner, for what stands deeper."
        case .casesField:
            "Which field says how many cases (persons, households) a row stands for? Rows of too few are withheld."
        case .alikeFields:
            "By which fields could somebody be recognised who is known from elsewhere, as year of birth, district, sex? Names as "
                + "before, with commas between them. Rows go out only where enough are the same in all of them."
        }
    }
}
