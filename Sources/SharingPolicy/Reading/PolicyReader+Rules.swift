import CityIdentity
import StrictJSON

extension PolicyReader {
    private static let common: Set<String> = [
        "uid", "type", "target", "assignee", "assigner", "action", "constraint", "output", "relation", "function",
        "attributedParty", "attributingParty", "compensatedParty", "compensatingParty", "consentedParty",
        "consentingParty", "contractedParty", "contractingParty", "informedParty", "informingParty", "trackedParty",
        "trackingParty",
    ]
    private static let properties: [Rule.Kind: Set<String>] = [
        .permission: common.union(["duty"]),
        .prohibition: common.union(["remedy"]),
        .obligation: common.union(["consequence"]),
    ]
    private static let types: [Rule.Kind: String] = [
        .permission: "Permission", .prohibition: "Prohibition", .obligation: "Duty",
    ]

    mutating func rules(
        _ member: (value: JSONValue, path: String)?, kind: Rule.Kind, shared: Shared
    ) -> [Rule] {
        guard let member else { return [] }
        let elements = list(member)
        if elements.isEmpty {
            problem(member.path, "the list of rules is empty", expected: "rules, or no such member")
        }
        return elements.map { rule($0.value, at: $0.path, kind: kind, shared: shared) }
    }

    private mutating func rule(_ value: JSONValue, at path: String, kind: Rule.Kind, shared: Shared) -> Rule {
        guard let object = value.object else {
            problem(path, "a \(kind.rawValue) is not an object", expected: "a rule")
            return Rule(
                kind: kind, uid: nil, id: "#" + path, targets: [], assignees: [], assigners: [], actions: [],
                constraints: [], duties: [], remedies: [], defect: "it is not a rule")
        }
        var (members, defect) = members(of: object, at: path, known: Self.properties[kind] ?? [])
        checkType(members["type"], expected: Self.types[kind] ?? "", defect: &defect)
        let uid = members["uid"].flatMap { identifier($0.value, at: $0.path, what: "a rule's uid") }
        if let uid, !ruleNames.insert(uid).inserted {
            problem(path + "/uid", "two rules have the uid `\(uid)`", expected: "a name of its own")
        }
        let targets = shared.targets + (members["target"].map { self.targets($0) } ?? [])
        let actions = shared.actions + (members["action"].map { self.actions($0) } ?? [])
        if targets.isEmpty, kind != .obligation {
            problem(path + "/target", "the \(kind.rawValue) has no target", expected: "the asset it is about")
        }
        if actions.isEmpty {
            problem(path + "/action", "the \(kind.rawValue) has no action", expected: "an action such as `read`")
        }
        if let performed = actions.first(where: { DutyVocabulary.performed.contains($0.iri) }) {
            problem(
                path + "/action",
                "`\(performed.iri.short)` is what the gateway does to responses, and no \(kind.rawValue)",
                expected: "a permission's `duty`")
            defect = defect ?? "its action is a duty of the gateway"
        }
        let rule = Rule(
            kind: kind, uid: uid, id: uid?.text ?? "#" + path, targets: targets,
            assignees: shared.assignees + (members["assignee"].map { parties($0, role: "assignee") } ?? []),
            assigners: shared.assigners + (members["assigner"].map { parties($0, role: "assigner") } ?? []),
            actions: actions, constraints: members["constraint"].map { constraints($0, depth: 0) } ?? [],
            duties: members["duty"].map { duties($0, role: .duty) } ?? [],
            remedies: (members["remedy"] ?? members["consequence"]).map { duties($0, role: .remedy) } ?? [],
            defect: defect)
        if kind == .obligation, let uid { definedDuties[uid] = Duty(rule) }
        return rule
    }

    mutating func checkType(
        _ member: (value: JSONValue, path: String)?, expected: String, defect: inout String?
    ) {
        guard let member else { return }
        let types = list(member).map { NameResolver.property(termText($0.value) ?? "") }
        guard !types.allSatisfy({ $0 == expected || $0 == "Rule" }) else { return }
        let shown = PolicyError.excerpt(types.joined(separator: ", "))
        problem(member.path, "the type `\(shown)` does not belong here", expected: "`\(expected)`")
        defect = defect ?? "its type `\(shown)` does not belong there"
    }

    // MARK: Assets and parties

    mutating func targets(_ member: (value: JSONValue, path: String)) -> [AssetReference] {
        list(member).map { value, path in
            let reference = reference(value, at: path, what: "an asset", types: ["Asset", "AssetCollection"])
            return AssetReference(iri: reference.iri, refinements: reference.refinements)
        }
    }

    mutating func parties(_ member: (value: JSONValue, path: String), role: String) -> [PartyReference] {
        list(member).map { value, path in
            let reference = reference(value, at: path, what: "a party", types: ["Party", "PartyCollection"])
            let isDID = reference.iri.text.utf8.starts(with: "did:ma:".utf8)
            let code = isDID ? CodePath(reference.iri.text) : nil
            if isDID, code == nil {
                problem(
                    path, "`\(reference.iri)` is not an identification code", expected: "`did:ma:156.1301` or like it")
            }
            return PartyReference(
                iri: reference.iri, code: code, identification: try? IdentificationCode(did: reference.iri.text),
                refinements: reference.refinements)
        }
    }

    /// An asset or party as text or object; one that is not understood has a refinement that never holds.
    private mutating func reference(
        _ value: JSONValue, at path: String, what: String, types: Set<String>
    ) -> (iri: IRI, refinements: [Constraint]) {
        guard let object = value.object else {
            if let iri = identifier(value, at: path, what: what) { return (iri, []) }
            return (IRI(""), [unreadable(nil, path, "\(what) is not understood")])
        }
        let known: Set<String> = ["uid", "type", "source", "refinement", "partOf", "hasPolicy"]
        var (members, defect) = members(of: object, at: path, known: known)
        if let type = members["type"] {
            // Types of other vocabularies describe; of ODRL's, only those of this sort of thing may stand here.
            for (value, path) in list(type) {
                let name = termText(value) ?? ""
                let isForeign = name.utf8.contains(UInt8(ascii: ":")) && NameResolver.property(name) == name
                if isForeign || types.contains(NameResolver.property(name)) { continue }
                problem(path, "the type `\(PolicyError.excerpt(name))` does not belong here", expected: what)
                defect = defect ?? "its type `\(PolicyError.excerpt(name))` does not belong there"
            }
        }
        let name = members["uid"] ?? members["source"]
        let iri = name.flatMap { identifier($0.value, at: $0.path, what: what) }
        if name == nil { problem(path, "\(what) has no uid", expected: "`uid`, or `source` of a collection") }
        if let iri, let collections = members["partOf"] {
            for (value, path) in list(collections) {
                guard let collection = identifier(value, at: path, what: "a collection") else { continue }
                memberships.insert(iri, in: collection)
            }
        }
        var refinements = members["refinement"].map { constraints($0, depth: 0) } ?? []
        if iri == nil || defect != nil {
            refinements.append(unreadable(nil, path, defect ?? "\(what) is not understood"))
        }
        return (iri ?? IRI(""), refinements)
    }

    // MARK: Actions

    mutating func actions(_ member: (value: JSONValue, path: String)) -> [ActionReference] {
        list(member).map { action($0.value, at: $0.path) }
    }

    func isKnownAction(_ iri: IRI) -> Bool {
        ActionVocabulary.knows(iri) || DutyVocabulary.performed.contains(iri) || DutyVocabulary.recorded.contains(iri)
    }

    private mutating func action(_ value: JSONValue, at path: String) -> ActionReference {
        guard let object = value.object else { return actionName(value.string, at: path) }
        let known: Set<String> = ["uid", "type", "rdf:value", "value", "refinement", "includedIn", "implies"]
        let (members, defect) = members(of: object, at: path, known: known)
        let name = members["rdf:value"] ?? members["value"] ?? members["uid"]
        let parents = actionNames(members["includedIn"])
        let implied = actionNames(members["implies"])
        let named = actionName(
            name.flatMap { termText($0.value) }, at: name?.path ?? path, isDefined: parents?.isEmpty == false)
        if let parents, !parents.isEmpty { actionDefinitions[named.iri, default: []] += parents }
        if let implied, !implied.isEmpty { actionImplications[named.iri, default: []] += implied }
        var refinements = named.refinements + (members["refinement"].map { constraints($0, depth: 0) } ?? [])
        if let defect { refinements.append(unreadable(nil, path, defect)) }
        if parents == nil || implied == nil { refinements.append(unreadable(nil, path, "its actions are not known")) }
        return ActionReference(iri: named.iri, refinements: refinements)
    }

    /// The names of actions that another is defined by; `nil` where one of them is not known.
    private mutating func actionNames(_ member: (value: JSONValue, path: String)?) -> [IRI]? {
        guard let member else { return [] }
        let names = list(member).map { actionName(termText($0.value), at: $0.path) }
        return names.allSatisfy(\.refinements.isEmpty) ? names.map(\.iri) : nil
    }

    /// The canonical name of an action; a problem unless a vocabulary or the document defines it.
    ///
    /// One that is not known has a refinement that never holds, and one that is no name is empty.
    private mutating func actionName(_ text: String?, at path: String, isDefined: Bool = false) -> ActionReference {
        let iri = text.flatMap { names.term($0, isTerm: isKnownAction) }
        if let iri, isDefined || isKnownAction(iri) {
            return ActionReference(iri: ActionVocabulary.canonical(iri), refinements: [])
        }
        let shown = PolicyError.excerpt(text ?? "")
        problem(
            path, "the action `\(shown)` is not known here",
            expected: "an action of ODRL's vocabulary, as `read`, or one that `includedIn` defines by such a one")
        return ActionReference(
            iri: iri ?? IRI(""), refinements: [unreadable(nil, path, "the action `\(shown)` is not known")])
    }
}

extension Rule {
    /// Where the rule stands or what it is called, for a problem.
    var place: String { id.utf8.starts(with: "#".utf8) ? String(id.dropFirst()) : id }
}
