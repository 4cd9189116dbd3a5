import CityIdentity
import StrictJSON

/// What a constraint's unit says.
struct UnitReading {
    var factor: Int64 = 1
    var unit: IRI?
    var window: CountWindow?
    var clockOffset = 0
}

extension PolicyReader {
    /// The units of size, in bytes.
    static let sizes: [String: Int64] = [
        "B": 1, "kB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
    ]

    /// The units of volume: a size, over a span or for ever.
    static let volumes: [String: UnitReading] = {
        var volumes: [String: UnitReading] = [:]
        for (size, factor) in sizes {
            volumes[size] = UnitReading(factor: factor)
            for (span, window) in CountWindow.spans {
                volumes[size + "P" + span.dropFirst()] = UnitReading(factor: factor, window: window)
            }
        }
        return volumes
    }()

    func unit(
        _ member: (value: JSONValue, path: String)?, for operand: LeftOperand
    ) -> Result<UnitReading, PolicyProblem> {
        guard let member else { return .success(UnitReading()) }
        let text = termText(member.value) ?? ""
        let name =
            text.utf8.contains(UInt8(ascii: ":")) && !text.utf8.starts(with: "UTC".utf8)
            ? names.expanded(text) : IRI(Namespace.hansa + text)
        let shown = PolicyError.excerpt(text)
        let own =
            name.text.utf8.starts(with: Namespace.hansa.utf8)
            ? String(decoding: name.text.utf8.dropFirst(Namespace.hansa.utf8.count), as: UTF8.self) : ""
        switch operand.kind {
        case .size:
            if let factor = Self.sizes[own] { return .success(UnitReading(factor: factor)) }
            return .failure(
                PolicyProblem(
                    member.path, "`\(shown)` is not a unit of size",
                    expected: Self.sizes.keys.sorted().joined(separator: ", ")))
        case .count where operand == .volume:
            if let reading = Self.volumes[own] { return .success(reading) }
            return .failure(
                PolicyProblem(
                    member.path, "`\(shown)` is not a unit of volume", expected: "a size over a span, as `MBPerDay`"))
        case .count:
            if let window = CountWindow(unit: name) { return .success(UnitReading(window: window)) }
            return .failure(
                PolicyProblem(
                    member.path, "`\(shown)` is not a span to count over",
                    expected: CountWindow.names.joined(separator: ", ")))
        case .dayOfWeek:
            if own.utf8.starts(with: "UTC".utf8), let offset = XMLSchema.offset(String(own.dropFirst(3))) {
                return .success(UnitReading(clockOffset: offset))
            }
            return .failure(PolicyProblem(member.path, "`\(shown)` is not a clock", expected: "as `UTC+08:00`"))
        case .number, .open, .duration:
            guard name.isAbsolute, own.isEmpty else {
                return .failure(PolicyProblem(member.path, "`\(shown)` is not a unit", expected: "an IRI"))
            }
            return .success(UnitReading(unit: name))
        case .moment, .timeOfDay, .recipient, .place, .name, .event:
            return .failure(PolicyProblem(member.path, "`\(operand.iri.short)` has no unit", expected: "no `unit`"))
        }
    }

    /// Reads one value of a right operand.
    func value(
        _ json: JSONValue, at path: String, type: IRI?, kind: LeftOperand.Kind, scale: Int64
    ) -> Result<Value, PolicyProblem> {
        guard let literal = Literal(json, names: names, type: type) else {
            return .failure(
                PolicyProblem(path, "the right operand is not a value", expected: "text, a number or `@id`"))
        }
        if let type = literal.type, !Literal.types.contains(type) {
            return .failure(
                PolicyProblem(
                    path, "the data type `\(PolicyError.excerpt(type.text))` is not known here",
                    expected: "one of XML Schema's, as `xsd:dateTime`"))
        }
        let kind = kind == .open ? literal.openKind : kind
        if let value = literal.value(as: kind, takesShortCodes: names.takesShortCodes) {
            guard case .number(let number) = value, scale != 1 else { return .success(value) }
            return .success(.number(number.scaled(by: scale)))
        }
        return .failure(
            PolicyProblem(
                path, "`\(PolicyError.excerpt(literal.text))` is not what is compared here", expected: kind.expectation)
        )
    }
}

/// A value as JSON-LD writes it.
struct Literal {
    let text: String
    let type: IRI?

    /// The language of a text that says one, in small letters.
    let language: String?

    /// The data types that may be named.
    static let types: Set<IRI> = Set(
        [
            "dateTime", "dateTimeStamp", "date", "time", "duration", "dayTimeDuration", "string", "anyURI", "boolean",
            "token", "normalizedString",
        ].map { IRI(Namespace.xsd + $0) }
    ).union(numbers)
    private static let numbers: Set<IRI> = Set(
        [
            "integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger",
            "positiveInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
        ].map { IRI(Namespace.xsd + $0) })

    /// Reads text, a number, a truth value, `{"@value": …, "@type": …}` or `{"@id": …}`; `nil` for anything else.
    init?(_ json: JSONValue, names: NameResolver, type: IRI?) {
        switch json {
        case .string(let text): self.init(text: text, type: type)
        case .number(let number): self.init(text: number.text, type: type ?? IRI(Namespace.xsd + "decimal"))
        case .bool(let bool): self.init(text: bool ? "true" : "false", type: type)
        case .object(let object):
            if object.count == 1, let name = (object["@id"] ?? object["uid"])?.string {
                self.init(text: names.expanded(name).text, type: type)
            } else if let value = object["@value"],
                object.names.allSatisfy({ ["@value", "@type", "@language"].contains($0) })
            {
                let own = object["@type"].map { names.expanded($0.string ?? "") }
                let language = object["@language"]?.string?.lowercased()
                guard value.object == nil, let inner = Literal(value, names: names, type: own ?? type),
                    language?.utf8.allSatisfy({ $0 < 0x80 }) != false
                else { return nil }
                self.init(text: inner.text, type: inner.type, language: language)
            } else {
                return nil
            }
        case .null, .array: return nil
        }
    }

    private init(text: String, type: IRI?, language: String? = nil) {
        self.text = text
        self.type = type
        self.language = language
    }

    /// What the literal is by its type, where the operand leaves it open.
    var openKind: LeftOperand.Kind {
        guard let type else { return .name }
        if Self.numbers.contains(type) { return .number }
        let local = type.text.dropFirst(Namespace.xsd.count)
        return switch local {
        case "dateTime", "dateTimeStamp", "date": .moment
        case "duration", "dayTimeDuration": .duration
        case "time": .timeOfDay
        default: .name
        }
    }

    /// The value as one of a kind; `nil` where it is none.
    func value(as kind: LeftOperand.Kind, takesShortCodes: Bool) -> Value? {
        guard text.utf8.count <= 2048 else { return nil }
        switch kind {
        case .moment: return XMLSchema.moment(text)
        case .timeOfDay: return XMLSchema.time(text)
        case .dayOfWeek: return Weekday.number(of: text).map { .weekday($0) }
        case .count, .size, .number: return Number(parsing: text).map { .number($0) }
        case .duration: return XMLSchema.duration(text).map { .duration($0) }
        case .recipient, .place:
            let isCode =
                text.utf8.starts(with: "did:ma:".utf8) || (takesShortCodes && text.utf8.starts(with: "MA.".utf8))
            if isCode { return CodePath(text).map { .code($0) } }
            return text.isEmpty ? nil : .name(IRI(text))
        case .name, .event, .open:
            if text.isEmpty || type.map(Self.numbers.contains) == true { return nil }
            return language.map { .text(IRI(text), language: $0) } ?? .name(IRI(text))
        }
    }
}

extension LeftOperand.Kind {
    /// What its values look like, for a problem.
    var expectation: String {
        switch self {
        case .moment: "a date or a date and time with its offset, as `2026-12-31T23:59:59Z`"
        case .timeOfDay: "a time of day, as `08:00:00Z` or `08:00:00+08:00`"
        case .dayOfWeek: "a day, as `Monday`"
        case .count, .size, .number: "a number"
        case .duration: "a duration, as `PT15M` or `P30D`"
        case .recipient, .place: "a code, as `did:ma:156.1301`, or a name"
        case .name, .event, .open: "a name"
        }
    }
}
