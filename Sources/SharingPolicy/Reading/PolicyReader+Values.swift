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
        // What is equal to `KiB` only canonically is no unit.
        let own =
            name.text.utf8.starts(with: Namespace.hansa.utf8) && name.text.utf8.allSatisfy { $0 < 0x80 }
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
        if let type, let own = literal.type, own != type {
            return .failure(
                PolicyProblem(
                    path, "the right operand is of another type than `dataType` says", expected: "one of the two"))
        }
        if !literal.isWellTyped {
            return .failure(
                PolicyProblem(
                    path,
                    "`\(PolicyError.excerpt(literal.text))` is not of the data type "
                        + "`\(PolicyError.excerpt(literal.type?.text ?? ""))`",
                    expected: "a value as XML Schema writes it"))
        }
        let kind = kind == .open ? literal.openKind : kind
        if let value = literal.value(as: kind) {
            guard case .number(let number) = value, scale != 1 else { return .success(value) }
            return .success(.number(number.scaled(by: scale)))
        }
        return .failure(
            PolicyProblem(
                path, "`\(PolicyError.excerpt(literal.text))` is not what is compared here", expected: kind.expectation)
        )
    }
}

extension LeftOperand.Kind {
    /// What its values look like, for a problem.
    var expectation: String {
        switch self {
        case .moment: "a date, as `2026-12-31`, or a date and time with its offset, as `2026-12-31T23:59:59Z`"
        case .timeOfDay: "a time of day, as `08:00:00Z` or `08:00:00+08:00`"
        case .dayOfWeek: "a day, as `Monday`"
        case .count, .size, .number: "a number"
        case .duration: "a duration, as `PT15M` or `P30D`"
        case .recipient: "a code, as `did:ma:156.1301`, or an absolute IRI"
        case .place: "a code, as `did:ma:156.1301`, or a name"
        case .name, .event, .open: "a name"
        }
    }
}
