import CityIdentity
import StrictJSON

extension PolicyReader {
    /// What parties have to do with a rule besides assigning it and being assigned it (vocabulary section 4.7).
    static let roles: Set<String> = [
        "attributedParty", "attributingParty", "compensatedParty", "compensatingParty", "consentedParty",
        "consentingParty", "contractedParty", "contractingParty", "informedParty", "informingParty", "trackedParty",
        "trackingParty",
    ]
    private static let common = roles.union([
        "uid", "type", "target", "assignee", "assigner", "action", "constraint", "output",
    ])
    private static let rules: [Rule.Kind: Set<String>] = [
        .permission: common.union(["duty"]),
        .prohibition: common.union(["remedy"]),
        .obligation: common.union(["consequence"]),
    ]
    static let ruleProperties = rules.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    static let referenceProperties: Set<String> = ["uid", "type", "source", "refinement", "partOf"]
    static let actionProperties: Set<String> = [
        "uid", "type", "rdf:value", "value", "refinement", "includedIn", "implies",
    ]
    private static let types: [Rule.Kind: String] = [
        .permission: "Permission", .prohibition: "Prohibition", .obligation: "Duty",
    ]

    mutating func rules(
        _ member: (value: JSONValue, path: String)?, kind: Rule.Kind, shared: Shared
    ) -> [Rule] {
        guard let member else { return [] }
        let elements = list(member)
        return elements.map { node($0) }.map { rule($0.value, at: $0.path, kind: kind, shared: shared) }
    }

    private mutating func rule(_ value: JSONValue, at path: String, kind: Rule.Kind, shared: Shared) -> Rule {
        guard let object = value.object else {
            problem(path, "a \(kind.rawValue) is not an object", expected: "a rule")
            return Rule(
                kind: kind, uid: nil, id: "#" + path, targets: [], assignees: [], assigners: [], actions: [],
                constraints: [], duties: [], remedies: [], defect: "it is not a rule")
        }
        var (members, defect) = members(of: object, at: path, known: Self.rules[kind] ?? [])
        checkType(members["type"], expected: [Self.types[kind] ?? "", "Rule"], defect: &defect)
        others(members)
        let uid = members["uid"].flatMap { identifier($0.value, at: $0.path, what: "a rule's uid") }
        if let uid, !ruleNames.insert(uid).inserted {
            problem(
                path + "/uid", "the uid `\(uid)` is that of another rule or of the policy",
                expected: "a name of its own")
            clash = clash ?? "`\(PolicyError.excerpt(uid.text))` is two different things"
        } else {
            define(uid, as: value, at: path)
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
        _ member: (value: JSONValue, path: String)?, expected: [String], defect: inout String?
    ) {
        guard let member else { return }
        let types = list(member).map { names.property($0.value.string ?? "") }
        guard !types.allSatisfy(expected.contains) else { return }
        let shown = PolicyError.excerpt(types.joined(separator: ", "))
        problem(member.path, "the type `\(shown)` does not belong here", expected: "`\(expected[0])`")
        defect = defect ?? "its type `\(shown)` does not belong there"
    }

    // MARK: Assets and parties

    mutating func targets(_ member: (value: JSONValue, path: String)) -> [AssetReference] {
        named(member).map { value, path in
            let reference = reference(value, at: path, what: "an asset", types: ["Asset", "AssetCollection"])
            return AssetReference(iri: reference.iri, refinements: reference.refinements)
        }
    }

    mutating func parties(_ member: (value: JSONValue, path: String), role: String) -> [PartyReference] {
        named(member).map { value, path in
            var reference = reference(value, at: path, what: "a party", types: ["Party", "PartyCollection"])
            let isDID = reference.iri.text.utf8.starts(with: "did:ma:".utf8)
            let code = isDID ? CodePath(reference.iri.text) : nil
            if isDID ? code == nil : reference.iri.text.utf8.starts(with: Namespace.odrl.utf8) {
                problem(
                    path, "`\(PolicyError.excerpt(reference.iri.text))` is not an identification code",
                    expected: "`did:ma:156.1301` or like it")
                reference = (IRI(""), [unreadable(nil, path, "a party is not understood")])
            }
            return PartyReference(
                iri: reference.iri, code: code, identification: try? IdentificationCode(did: reference.iri.text),
                refinements: reference.refinements)
        }
    }

    /// Reads the members that name what has to do with a rule otherwise, for what else they say; they decide nothing.
    mutating func others(_ members: [String: (value: JSONValue, path: String)]) {
        for role in Self.roles.sorted() {
            if let member = members[role] { _ = parties(member, role: role) }
        }
        if let output = members["output"] { _ = targets(output) }
    }

    /// The elements of a member that names who or what a rule is about; an empty list, which would mean everybody and
    /// everything, stands for one that is not understood.
    private func named(_ member: (value: JSONValue, path: String)) -> [(value: JSONValue, path: String)] {
        let elements = list(member)
        return elements.isEmpty ? [(.array([]), member.path)] : elements
    }

    /// An asset or party as text or object; one that is not understood has a refinement that never holds.
    private mutating func reference(
        _ value: JSONValue, at path: String, what: String, types: Set<String>
    ) -> (iri: IRI, refinements: [Constraint]) {
        let (value, path) = node((value, path))
        guard let object = value.object else {
            if let iri = identifier(value, at: path, what: what) { return (iri, []) }
            return (IRI(""), [unreadable(nil, path, "\(what) is not understood")])
        }
        var (members, defect) = members(of: object, at: path, known: Self.referenceProperties)
        if let type = members["type"] {
            // Types of other vocabularies describe; of ODRL's, only those of this sort of thing may stand here.
            for (value, path) in list(type) {
                let name = value.string ?? ""
                if names.isForeign(name) || types.contains(names.property(name)) { continue }
                problem(path, "the type `\(PolicyError.excerpt(name))` does not belong here", expected: what)
                defect = defect ?? "its type `\(PolicyError.excerpt(name))` does not belong there"
            }
        }
        // Information model sections 2.5.5 and 2.5.6: a refined collection is another than the one it is taken from.
        let isRefined = members["refinement"] != nil
        if isRefined, let uid = members["uid"] {
            problem(uid.path, "a collection under a `refinement` is named by `uid`", expected: "`source`")
        }
        let name = isRefined ? members["source"] ?? members["uid"] : members["uid"] ?? members["source"]
        let iri = name.flatMap { identifier($0.value, at: $0.path, what: what) }
        if name == nil { problem(path, "\(what) has no uid", expected: "`uid`, or `source` of a collection") }
        if let iri, let collections = members["partOf"] { insert(iri, in: collections, types: types) }
        var refinements = members["refinement"].map { constraints($0, depth: 0) } ?? []
        if iri == nil || defect != nil {
            refinements.append(unreadable(nil, path, defect ?? "\(what) is not understood"))
        }
        return (iri ?? IRI(""), refinements)
    }

    /// Records what something is part of: names of collections, or collections that are part of others in turn.
    private mutating func insert(
        _ member: IRI, in collections: (value: JSONValue, path: String), types: Set<String>
    ) {
        for (value, path) in list(collections) {
            guard let object = value.object, object.count > 1 else {
                guard let collection = identifier(value, at: path, what: "a collection") else { continue }
                memberships.insert(member, in: collection)
                continue
            }
            let collection = reference(value, at: path, what: "a collection", types: types)
            if collection.refinements.isEmpty {
                memberships.insert(member, in: collection.iri)
            } else if object["refinement"] != nil {
                problem(path, "something is part of a refined collection", expected: "a collection by its name")
            }
        }
    }

    // MARK: Actions

    mutating func actions(_ member: (value: JSONValue, path: String)) -> [ActionReference] {
        named(member).map { action($0.value, at: $0.path) }
    }

    func isKnownAction(_ iri: IRI) -> Bool {
        ActionVocabulary.knows(iri) || DutyVocabulary.performed.contains(iri) || DutyVocabulary.recorded.contains(iri)
    }

    /// Every action and duty known here.
    private static let knownActions =
        (ActionVocabulary.all + DutyVocabulary.performed + DutyVocabulary.recorded).map(\.short).sorted()

    private mutating func action(_ value: JSONValue, at path: String) -> ActionReference {
        let (value, path) = node((value, path))
        guard let object = value.object else { return actionName(termText(value), at: path) }
        var (members, defect) = members(of: object, at: path, known: Self.actionProperties)
        checkType(members["type"], expected: ["Action"], defect: &defect)
        checkNaming(members, at: path, defect: &defect)
        let name = members["rdf:value"] ?? members["value"] ?? members["uid"]
        let parents = actionNames(members["includedIn"])
        let implied = actionNames(members["implies"])
        let named = actionName(
            name.flatMap { termText($0.value) }, at: name?.path ?? path, isDefined: parents?.isEmpty == false)
        if let parents, !parents.isEmpty { define(named.iri, by: parents, at: path, defect: &defect) }
        if let implied, !implied.isEmpty { actionImplications[named.iri, default: []] += implied }
        var refinements = named.refinements + (members["refinement"].map { constraints($0, depth: 0) } ?? [])
        if let defect { refinements.append(unreadable(nil, path, defect)) }
        if parents == nil || implied == nil { refinements.append(unreadable(nil, path, "its actions are not known")) }
        return ActionReference(iri: named.iri, refinements: refinements)
    }

    /// Refuses an action that has two names, or that a refinement would narrow wherever else it is named.
    mutating func checkNaming(
        _ members: [String: (value: JSONValue, path: String)], at path: String, defect: inout String?
    ) {
        if members["rdf:value"] != nil, members["value"] != nil {
            problem(path, "the action is named twice", expected: "`rdf:value` alone")
            defect = defect ?? "its action is named twice"
        }
        if members["refinement"] != nil, members["rdf:value"] == nil, members["value"] == nil {
            problem(path, "an action under a `refinement` is not named by `rdf:value`", expected: "`rdf:value`")
        }
    }

    /// Records what the document includes an action in; the vocabulary's own actions stay where the vocabulary has them.
    private mutating func define(_ action: IRI, by parents: [IRI], at path: String, defect: inout String?) {
        guard isKnownAction(action) else {
            actionDefinitions[action, default: []] += parents
            return
        }
        guard parents.allSatisfy(ActionVocabulary.lineage(of: action).contains) else {
            problem(
                path + "/includedIn", "the vocabulary says what `\(action.short)` is included in",
                expected: "no `includedIn`")
            defect = defect ?? "it is defined anew"
            return
        }
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
            path, "the action `\(shown)` is not known here\(hint(for: text ?? "", among: Self.knownActions))",
            expected: "an action of ODRL's vocabulary, as `read`, or one that `includedIn` defines by such a one")
        return ActionReference(
            iri: iri ?? IRI(""), refinements: [unreadable(nil, path, "the action `\(shown)` is not known")])
    }
}

extension Rule {
    /// Where the rule stands or what it is called, for a problem.
    var place: String { id.utf8.starts(with: "#".utf8) ? String(id.dropFirst()) : id }
}
