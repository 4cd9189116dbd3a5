import StrictJSON

extension PolicyReader {
    static let properties: Set<String> = roles.union([
        "@context", "type", "uid", "profile", "inheritFrom", "conflict", "permission", "prohibition", "obligation",
        "target", "output", "assignee", "assigner", "action", "replaces", "isReplacedBy",
    ])

    mutating func policy(_ document: JSONValue, bytes: [UInt8], format: Policy.Format) -> Policy {
        guard let whole = document.object else {
            problem("", "the document is no policy", expected: "an object with `@type`, `uid` and rules")
            return empty(bytes: bytes, format: format)
        }
        let unclear = context(whole["@context"])
        let (object, base) = root(of: whole)
        var (members, defect) = members(of: object, at: base, known: Self.properties)
        let kind = kind(members["type"], at: base, defect: &defect)
        let uid = members["uid"].flatMap { identifier($0.value, at: $0.path, what: "a policy's uid") }
        if members["uid"] == nil { problem(base + "/uid", "the policy has no uid", expected: "an IRI") }
        if let uid {
            ruleNames.insert(uid)
            define(uid, as: .object(object), at: base)
        }
        if kind == .offer { defect = defect ?? "it is an Offer, which grants nothing" }
        profiles(members["profile"], defect: &defect)
        inheritance(members["inheritFrom"], defect: &defect)
        let conflict = conflict(members["conflict"], defect: &defect)
        let shared = Shared(
            targets: members["target"].map { targets($0) } ?? [],
            assignees: members["assignee"].map { parties($0, role: "assignee") } ?? [],
            assigners: members["assigner"].map { parties($0, role: "assigner") } ?? [],
            actions: members["action"].map { actions($0) } ?? [])
        others(members)
        var permissions = rules(members["permission"], kind: .permission, shared: shared)
        var prohibitions = rules(members["prohibition"], kind: .prohibition, shared: shared)
        var obligations = rules(members["obligation"], kind: .obligation, shared: shared)
        resolveDuties(of: &permissions)
        resolveDuties(of: &prohibitions)
        resolveDuties(of: &obligations)
        readRest()
        checkRules(permissions + prohibitions + obligations, kind: kind)
        checkCollections(defect: &defect)
        let replaces = members["replaces"].flatMap { identifier($0.value, at: $0.path, what: "the uid of a policy") }
        replacement(members["isReplacedBy"], defect: &defect)
        var policy = Policy(
            bytes: bytes, format: format, hash: PolicyHash(of: bytes), uid: uid, kind: kind, conflict: conflict,
            title: Self.titles.lazy.compactMap { object[$0] }.first.flatMap(Self.title),
            replaces: replaces,
            permissions: permissions, prohibitions: prohibitions, obligations: obligations, memberships: memberships,
            actionDefinitions: actionDefinitions, actionImplications: actionImplications,
            defect: defect ?? unclear ?? clash, problems: problems)
        policy.findContradictions()
        return policy
    }

    /// What a title may be called; what is said of the policy stands for one that it has not.
    private static let titles = ["title", "description"].flatMap { name in
        [name, "dcterms:\(name)", "dct:\(name)", "dc:\(name)", Namespace.terms + name, Namespace.elements + name]
    }

    /// A text, or one in several languages, the first ones of them.
    private static func title(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): return text
        case .array(let values):
            let texts = values.prefix(4).compactMap { $0.string ?? $0["@value"]?.string }
            return texts.isEmpty ? nil : texts.joined(separator: " / ")
        case .object(let object):
            if let text = object["@value"]?.string { return text }
            let texts = object.members.prefix(4).compactMap(\.value.string)
            return texts.isEmpty ? nil : texts.joined(separator: " / ")
        case .null, .bool, .number: return nil
        }
    }

    private func empty(bytes: [UInt8], format: Policy.Format) -> Policy {
        Policy(
            bytes: bytes, format: format, hash: PolicyHash(of: bytes), uid: nil, kind: .set, conflict: .invalid,
            title: nil, replaces: nil, permissions: [], prohibitions: [], obligations: [], memberships: memberships,
            actionDefinitions: [:], actionImplications: [:], defect: "the document is no policy", problems: problems)
    }

    /// Reads the context; says why the document's terms may mean something else than here, where they may.
    private mutating func context(_ value: JSONValue?) -> String? {
        let isJSONLD = !names.takesShortCodes
        let contexts = value.map { list(($0, "/@context")) } ?? []
        let hasODRL = contexts.contains { NameResolver.odrlContexts.contains($0.value.string ?? "") }
        if isJSONLD, !hasODRL {
            problem(
                "/@context",
                value == nil ? "the document has no context" : "ODRL's own context is not among the contexts",
                expected: "`http://www.w3.org/ns/odrl.jsonld`")
        }
        var isUnderstood = hasODRL || !isJSONLD
        for (value, path) in contexts {
            if let text = value.string {
                if NameResolver.contexts.contains(text) { continue }
                problem(
                    path, "the context `\(PolicyError.excerpt(text))` is not known here",
                    expected: NameResolver.contexts.sorted().joined(separator: " or "))
            } else if let object = value.object {
                let refused = object.members.filter { !names.declare($0.name, as: $0.value.string ?? "") }
                if refused.isEmpty { continue }
                for (name, _) in refused {
                    problem(
                        path + "/" + Self.escaped(name),
                        "only prefixes may be declared, none anew, and none by a name that has a meaning",
                        expected: "a prefix and the IRI it stands for, with `/`, `#` or `:` at its end")
                }
            } else {
                problem(path, "not a context", expected: "an IRI or an object of prefixes")
            }
            isUnderstood = false
        }
        return isUnderstood ? nil : "its context is not understood"
    }

    private mutating func kind(
        _ member: (value: JSONValue, path: String)?, at base: String, defect: inout String?
    ) -> Policy.Kind {
        guard let member else {
            warning(base + "/@type", "the policy has no type and counts as a `Set`")
            return .set
        }
        let types = list(member).map { names.property($0.value.string ?? "") }.filter { $0 != "Policy" }
        if types.isEmpty { return .set }
        let kind = types.count == 1 ? Policy.Kind(rawValue: types[0]) : nil
        guard let kind else {
            let text = PolicyError.excerpt(types.joined(separator: ", "))
            problem(
                member.path, "`\(text)` is not a type of policy known here", expected: "`Set`, `Offer` or `Agreement`")
            defect = defect ?? "the type `\(text)` is not known"
            return .set
        }
        return kind
    }

    private mutating func profiles(_ member: (value: JSONValue, path: String)?, defect: inout String?) {
        guard let member else { return }
        let known = ["urn:hansa:policy", Namespace.odrl + "core"]
        for (value, path) in list(member) {
            let text = termText(value).map { names.expanded($0).text } ?? ""
            guard !known.contains(text) else { continue }
            problem(
                path, "the profile `\(PolicyError.excerpt(text))` is not known here", expected: "`urn:hansa:policy`")
            defect = defect ?? "the profile `\(PolicyError.excerpt(text))` is not known"
        }
    }

    private mutating func inheritance(_ member: (value: JSONValue, path: String)?, defect: inout String?) {
        guard let member else { return }
        let elements = list(member)
        if elements.isEmpty { return }
        let parents = elements.map { PolicyError.excerpt(termText($0.value) ?? "?") }.joined(separator: ", ")
        problem(
            member.path,
            "inheritance from `\(parents)` is refused: what a policy says must stand in the bytes that were signed",
            expected: "the inherited rules written out")
        defect = defect ?? "it inherits from `\(parents)`, which is refused"
    }

    /// A policy that another replaces is void (information model section 2.8).
    private mutating func replacement(_ member: (value: JSONValue, path: String)?, defect: inout String?) {
        guard let member else { return }
        let successor = identifier(member.value, at: member.path, what: "the uid of a policy")?.text ?? "?"
        problem(
            member.path, "the policy is void, since `\(PolicyError.excerpt(successor))` replaces it",
            expected: "the policy that replaces it")
        defect = defect ?? "`\(PolicyError.excerpt(successor))` replaces it"
    }

    private mutating func conflict(
        _ member: (value: JSONValue, path: String)?, defect: inout String?
    ) -> ConflictStrategy {
        guard let member else { return .invalid }
        let text = termText(member.value) ?? ""
        if let strategy = ConflictStrategy(rawValue: names.property(text)) { return strategy }
        let shown = PolicyError.excerpt(text)
        problem(
            member.path, "the conflict strategy `\(shown)` is not known here",
            expected: "`perm`, `prohibit` or `invalid`")
        defect = defect ?? "the conflict strategy `\(shown)` is not known"
        return .invalid
    }

    private mutating func checkRules(_ rules: [Rule], kind: Policy.Kind) {
        if rules.isEmpty {
            problem("", "the policy has no rules", expected: "at least one permission, prohibition or obligation")
        }
        if rules.count > Self.maximumRules {
            problem("", "the policy has \(rules.count) rules", expected: "at most \(Self.maximumRules)")
        }
        guard kind != .set else { return }
        for rule in rules {
            if rule.assigners.isEmpty {
                problem(
                    rule.place, "a rule of an \(kind.rawValue) has no assigner", expected: "the party that grants it")
            }
            if kind == .agreement, rule.assignees.isEmpty {
                problem(rule.place, "a rule of an Agreement has no assignee", expected: "the party it is granted to")
            }
        }
    }

    private mutating func checkCollections(defect: inout String?) {
        let cycles = memberships.cycles
        if !cycles.isEmpty {
            let more = cycles.count > 3 ? " and \(cycles.count - 3) more" : ""
            let names = cycles.prefix(3).map { "`\(PolicyError.excerpt($0.short))`" }.joined(separator: ", ") + more
            problem("", "collections contain themselves: \(names)", expected: "collections without a cycle")
            defect = defect ?? "collections contain themselves: \(names)"
        }
    }
}
