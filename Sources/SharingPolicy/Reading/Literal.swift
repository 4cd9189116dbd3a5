import StrictJSON

/// A value as JSON-LD writes it.
struct Literal {
    let text: String
    let type: IRI?

    /// The language of a text that says one, in small letters.
    let language: String?

    /// Whether it is written as a number of JSON, whose type says nothing of its digits.
    let isNumber: Bool

    /// The data types that may be named.
    static let types: Set<IRI> = Set(
        [
            "dateTime", "dateTimeStamp", "date", "time", "duration", "dayTimeDuration", "string", "anyURI", "boolean",
            "token", "normalizedString",
        ].map { IRI(Namespace.xsd + $0) }
    ).union(numbers)
    private static let numbers = Set(
        (["decimal", "double", "float"] + XMLSchema.integers.keys).map { IRI(Namespace.xsd + $0) })

    /// Reads text, a number, a truth value, `{"@value": …, "@type": …}` or `{"@id": …}`; `nil` for anything else.
    init?(_ json: JSONValue, names: NameResolver, type: IRI?) {
        switch json {
        case .string(let text): self.init(text: text, type: type)
        case .number(let number):
            self.init(text: number.text, type: type ?? IRI(Namespace.xsd + "decimal"), isNumber: true)
        case .bool(let bool): self.init(text: bool ? "true" : "false", type: type)
        case .object(let object):
            if object.count == 1, let name = (object["@id"] ?? object["uid"])?.string {
                self.init(text: names.expanded(name).text, type: type)
            } else if let value = object["@value"],
                object.names.allSatisfy({ ["@value", "@type", "type", "@language"].contains($0) })
            {
                // Of type, its other name and language a value has one at most.
                guard value.object == nil, object.count <= 2 else { return nil }
                let own = (object["@type"] ?? object["type"]).map { names.expanded($0.string ?? "") }
                let language = object["@language"].map { $0.string?.lowercased() ?? "" }
                guard let inner = Literal(value, names: names, type: own ?? type),
                    language?.utf8.allSatisfy({ $0 < 0x80 }) != false, language?.isEmpty != true
                else { return nil }
                self.init(text: inner.text, type: inner.type, language: language, isNumber: inner.isNumber)
            } else {
                return nil
            }
        case .null, .array: return nil
        }
    }

    private init(text: String, type: IRI?, language: String? = nil, isNumber: Bool = false) {
        self.text = text
        self.type = type
        self.language = language
        self.isNumber = isNumber
    }

    /// Whether the text is one that its type has; where no type is said, it is.
    var isWellTyped: Bool {
        guard let type, type.text.utf8.starts(with: Namespace.xsd.utf8) else { return true }
        let name = String(type.text.dropFirst(Namespace.xsd.count))
        return isNumber ? XMLSchema.isNumber(text, of: name) : XMLSchema.isText(text, of: name)
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
    ///
    /// Where a code is compared, `MA.156.1301` is one in every form of a policy: nothing else may be meant.
    func value(as kind: LeftOperand.Kind) -> Value? {
        guard text.utf8.count <= 2048 else { return nil }
        switch kind {
        case .moment: return XMLSchema.moment(text)
        case .timeOfDay: return XMLSchema.time(text)
        case .dayOfWeek: return Weekday.number(of: text).map { .weekday($0) }
        case .count, .size, .number: return Number(parsing: text).map { .number($0) }
        case .duration: return XMLSchema.duration(text).map { .duration($0) }
        case .recipient, .place:
            if text.utf8.starts(with: "did:ma:".utf8) || text.utf8.starts(with: "MA.".utf8) {
                return CodePath(text).map { .code($0) }
            }
            let name = IRI(text)
            // A word names nobody; and what is nobody's name would keep nobody out.
            return text.isEmpty || (kind == .recipient && !name.isAbsolute) ? nil : .name(name)
        case .event where text.utf8.elementsEqual("odrl:policyUsage".utf8): return .name(LeftOperand.policyUsage)
        case .name, .event, .open:
            if text.isEmpty || type.map(Self.numbers.contains) == true { return nil }
            return language.map { .text(IRI(text), language: $0) } ?? .name(IRI(text))
        }
    }
}
