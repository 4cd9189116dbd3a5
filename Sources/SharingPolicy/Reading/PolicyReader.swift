import StrictJSON

/// Reads a document into a policy and says of all that is not understood where it stands and what was expected.
///
/// Nothing read here throws: what cannot be understood leaves a problem, which refuses the policy when it is proposed, and
/// a defect in the model, which denies when it is met in an evaluation.
struct PolicyReader {
    var problems: [PolicyProblem] = []
    var names: NameResolver
    var memberships = Memberships()
    var actionDefinitions: [IRI: [IRI]] = [:]
    var actionImplications: [IRI: [IRI]] = [:]

    /// The names of the policy and of rules met so far, and the duties and obligations by their uid.
    var ruleNames: Set<IRI> = []
    var definedDuties: [IRI: Duty] = [:]

    /// What rules and duties were read from, by their uid.
    private var definitions: [IRI: JSONValue] = [:]

    /// Why it is not clear which of two things of one name is meant.
    var clash: String?

    /// The nodes of a document that is a graph.
    var graph = NodeGraph()

    /// Whether the document names duties in place of writing them out.
    var hasDutyReferences = false

    /// The most rules, and the most constraints inside one another.
    static let maximumRules = 1000
    static let maximumDepth = 32

    /// Every member that any part of a policy may have, without those that only describe.
    static let knownProperties = properties.union(ruleProperties).union(dutyProperties).union(constraintProperties)
        .union(referenceProperties).union(actionProperties)

    /// What the whole policy says for each of its rules (information model section 2.7.1).
    struct Shared {
        var targets: [AssetReference] = []
        var assignees: [PartyReference] = []
        var assigners: [PartyReference] = []
        var actions: [ActionReference] = []
    }

    static func policy(_ document: JSONValue, bytes: [UInt8], format: Policy.Format) -> Policy {
        var reader = PolicyReader(names: NameResolver(format: format))
        return reader.policy(document, bytes: bytes, format: format)
    }

    private init(names: NameResolver) { self.names = names }

    // MARK: Problems

    mutating func problem(_ path: String, _ message: String, expected: String? = nil) {
        problems.append(PolicyProblem(path, message, expected: expected))
    }

    mutating func warning(_ path: String, _ message: String, expected: String? = nil) {
        problems.append(PolicyProblem(path, message, expected: expected, severity: .warning))
    }

    /// Which term was probably meant, as `NameResolver.hint` says it; of the first problems alone, since finding out takes
    /// longer than reading the term.
    func hint(for text: String, among known: some Sequence<String>) -> String {
        problems.count < Self.hintLimit ? names.hint(for: text, among: known) : ""
    }

    private static let hintLimit = 16

    // MARK: Members

    /// The members of an object under the names ODRL has for them; members that are not in `known` are problems and the
    /// first of them comes back as the reason why the object is not understood.
    mutating func members(
        of object: JSONObject, at path: String, known: Set<String>
    ) -> (members: [String: (value: JSONValue, path: String)], defect: String?) {
        var members: [String: (value: JSONValue, path: String)] = [:]
        var defect: String?
        for (name, value) in object.members {
            let place = path + "/" + Self.escaped(name)
            let property = names.property(name)
            if property == "uid", !graph.isEmpty, value.string.map(Self.isBlank) == true { continue }
            if members[property] != nil {
                problem(place, "`\(PolicyError.excerpt(name))` is said twice, under two names")
                defect = defect ?? "`\(property)` is said twice"
            } else if property == "uid", value.string == nil {
                problem(place, "a name is not text", expected: "an IRI")
                defect = defect ?? "a name is not text"
            } else if known.contains(property) {
                members[property] = (value, place)
            } else if !names.isDescription(name) {
                let hint =
                    property == "refinement"
                    ? " (it stands inside an action, as `{value: redact, refinement: …}`)"
                    : self.hint(for: name, among: known)
                problem(
                    place, "the property `\(PolicyError.excerpt(name))` is not known here\(hint)",
                    expected: "one of \(known.sorted().joined(separator: ", "))")
                defect = defect ?? "the property `\(PolicyError.excerpt(name))` is not known"
            } else if !names.isDescription(value) {
                // To a processor of JSON-LD what stands inside is as much part of the policy as what stands beside.
                problem(
                    place, "`\(PolicyError.excerpt(name))` holds more than a description",
                    expected: "text, or an object of what only describes too")
                defect = defect ?? "`\(PolicyError.excerpt(name))` holds more than a description"
            }
        }
        return (members, defect)
    }

    /// The values of a member that may be one or many: alone, in an array, in `{"@list": […]}` or `{"@set": […]}`.
    func list(_ member: (value: JSONValue, path: String)) -> [(value: JSONValue, path: String)] {
        switch member.value {
        case .array(let elements):
            return elements.enumerated().map { ($0.element, "\(member.path)/\($0.offset)") }
        case .object(let object):
            for name in ["@list", "@set"] where object.count == 1 {
                if let inner = object[name] { return list((inner, "\(member.path)/\(name)")) }
            }
            return [member]
        default: return [member]
        }
    }

    /// Refuses two things of one name: to a processor of JSON-LD they are one, of which both texts are true.
    mutating func define(_ uid: IRI?, as value: JSONValue, at path: String) {
        guard let uid else { return }
        guard let known = definitions.updateValue(value, forKey: uid), known != value else { return }
        problem(path + "/uid", "`\(uid)` is said to be two different things", expected: "a name of its own")
        clash = clash ?? "`\(PolicyError.excerpt(uid.text))` is two different things"
    }

    /// The only value of a member that has one: alone, or as an array or `{"@set": […]}` of nothing else.
    func single(_ value: JSONValue) -> JSONValue {
        if let object = value.object, object.count == 1, let elements = object["@set"] { return single(elements) }
        guard let elements = value.array, elements.count == 1 else { return value }
        return elements[0]
    }

    /// The IRI of an identifier: text, or an object with nothing but `@id`.
    mutating func identifier(_ value: JSONValue, at path: String, what: String) -> IRI? {
        guard let text = termText(value) else {
            let isMissing = value.array?.isEmpty == true
            problem(
                path, isMissing ? "\(what) is missing: the list is empty" : "\(what) is not an identifier",
                expected: isMissing ? "an IRI, or no such member" : "an IRI")
            return nil
        }
        guard let iri = names.identifier(text) else {
            problem(path, "`\(PolicyError.excerpt(text))` is not \(what)", expected: names.example(of: what))
            return nil
        }
        return iri
    }

    /// The name of a term: text, or an object with nothing but `@id`.
    func termText(_ value: JSONValue) -> String? {
        let value = single(value)
        if let object = value.object, object.count == 1 { return (object["@id"] ?? object["uid"])?.string }
        return value.string
    }

    static func escaped(_ name: String) -> String {
        var escaped = ""
        for scalar in PolicyError.excerpt(name).unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
