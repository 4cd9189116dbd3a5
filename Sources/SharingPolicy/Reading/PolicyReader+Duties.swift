import StrictJSON

extension PolicyReader {
    /// Where a duty stands.
    enum DutyRole {
        /// A permission's `duty`, which may have consequences.
        case duty
        /// A prohibition's `remedy` or the `consequence` of a duty or obligation, which have none (information model sections
        /// 2.6.3 and 2.6.7).
        case remedy
    }

    static let dutyProperties: Set<String> = roles.union([
        "uid", "type", "action", "constraint", "consequence", "target", "assignee", "assigner", "output",
    ])

    mutating func duties(_ member: (value: JSONValue, path: String), role: DutyRole) -> [Duty] {
        list(member).map { node($0) }.map { duty($0.value, at: $0.path, role: role) }
    }

    private mutating func duty(_ value: JSONValue, at path: String, role: DutyRole) -> Duty {
        let isName = value.object.map { $0.names == ["@id"] || $0.names == ["uid"] } ?? true
        if isName {
            let name = identifier(value, at: path, what: "a duty")
            hasDutyReferences = hasDutyReferences || name != nil
            return Duty(
                uid: name, id: name?.text ?? "#" + path, actions: [], targets: [], performance: .precondition,
                constraints: [], consequences: [], defect: "it is not a duty of the document")
        }
        var (members, defect) = members(of: value.object ?? JSONObject(), at: path, known: Self.dutyProperties)
        checkType(members["type"], expected: ["Duty", "Rule"], defect: &defect)
        others(members)
        let uid = members["uid"].flatMap { identifier($0.value, at: $0.path, what: "a duty's uid") }
        define(uid, as: value, at: path)
        for role in ["assignee", "assigner"] {
            if let member = members[role] { _ = parties(member, role: role) }
        }
        if role == .remedy, let consequence = members.removeValue(forKey: "consequence") {
            problem(consequence.path, "a remedy or consequence has no consequence of its own", expected: "none")
            defect = defect ?? "it has a consequence of its own"
        }
        members["action"] = members["action"].map { nodes($0) }
        let actions = members["action"].map { dutyActions($0) } ?? []
        if actions.isEmpty { problem(path + "/action", "the duty has no action", expected: "what is to be done") }
        let constraints = members["constraint"].map { self.constraints($0, depth: 0) } ?? []
        let consequences = members["consequence"].map { duties($0, role: .remedy) } ?? []
        let targets = members["target"].map { self.targets($0).map(\.iri) } ?? []
        let performance = performance(
            members["action"], actions: actions, hasMore: !constraints.isEmpty || !consequences.isEmpty,
            hasTarget: targets.contains { !$0.text.isEmpty }, role: role, at: path, defect: &defect)
        let duty = Duty(
            uid: uid, id: uid?.text ?? "#" + path, actions: actions, targets: targets, performance: performance,
            constraints: constraints, consequences: consequences, defect: defect)
        if let uid { definedDuties[uid] = duty }
        return duty
    }

    /// Puts duties themselves in place of their names; called when the whole document is read.
    mutating func resolveDuties(of rules: inout [Rule]) {
        guard hasDutyReferences else { return }
        for index in rules.indices {
            let place = rules[index].place
            let failure = rules[index].kind == .prohibition ? "/remedy" : "/consequence"
            rules[index].duties = rules[index].duties.map { resolved($0, at: place + "/duty", role: .duty) }
            rules[index].remedies = rules[index].remedies.map { resolved($0, at: place + failure, role: .remedy) }
        }
    }

    private mutating func resolved(_ duty: Duty, at path: String, role: DutyRole) -> Duty {
        guard let uid = duty.uid, duty.actions.isEmpty, duty.defect != nil else {
            var duty = duty
            duty.consequences = duty.consequences.map { resolved($0, at: path + "/consequence", role: .remedy) }
            return duty
        }
        guard let defined = definedDuties[uid] else {
            problem(path, "the duty `\(uid)` is not in the document", expected: "the duty itself")
            return duty
        }
        guard role == .duty || defined.consequences.isEmpty else {
            problem(
                path, "the duty `\(uid)` has consequences, which a remedy or consequence has not", expected: "another")
            return duty
        }
        return defined
    }

    /// The actions of a duty; refinements of those the gateway performs are its parameters and are read apart.
    private mutating func dutyActions(_ member: (value: JSONValue, path: String)) -> [ActionReference] {
        let elements = list(member)
        guard elements.count == 1, let object = elements[0].value.object, let name = actionText(object) else {
            return actions(member)
        }
        let iri = names.term(name, isTerm: isKnownAction)
        if let iri, DutyVocabulary.performed.contains(iri) { return [ActionReference(iri: iri, refinements: [])] }
        // What refines a misspelt duty would be held against the wrong operands.
        let isDefined = object.members.contains { names.property($0.name) == "includedIn" }
        guard !isDefined, !(iri.map(isKnownAction) ?? false) else { return actions(member) }
        let plain = object.members.filter { names.property($0.name) != "refinement" }
        return actions((.object(JSONObject(plain.map { ($0.name, $0.value) })), elements[0].path))
    }

    private func actionText(_ object: JSONObject) -> String? {
        let named = object.members.first { names.property($0.name) == "rdf:value" }
        return (named?.value ?? object["value"] ?? object["@id"] ?? object["uid"]).flatMap(termText)
    }

    private mutating func performance(
        _ member: (value: JSONValue, path: String)?, actions: [ActionReference], hasMore: Bool, hasTarget: Bool,
        role: DutyRole, at path: String, defect: inout String?
    ) -> Duty.Performance {
        guard let member, let action = actions.first?.iri else { return .precondition }
        if actions.count > 1 {
            let names = actions.map(\.iri)
            if names.allSatisfy({ DutyVocabulary.recorded.contains($0) && $0 != DutyVocabulary.nextPolicy }) {
                return .recorded
            }
            if names.contains(where: DutyVocabulary.performed.union(DutyVocabulary.recorded).contains) {
                problem(
                    member.path, "a duty has several actions, which are not performed alike",
                    expected: "a duty of its own for each")
                defect = defect ?? "its actions are not performed alike"
            }
            return .precondition
        }
        if DutyVocabulary.recorded.contains(action) {
            if action == DutyVocabulary.nextPolicy, !hasTarget {
                problem(
                    path, "`nextPolicy` does not say which policy", expected: "the policy's IRI as the duty's `target`")
                defect = defect ?? "it does not say which policy"
            }
            return .recorded
        }
        guard DutyVocabulary.performed.contains(action) else { return .precondition }
        guard role == .duty, !hasMore else {
            problem(
                path, "`\(action.short)` is what the gateway does to every response under a permission",
                expected: "a permission's `duty` without constraints and consequences")
            defect = defect ?? "`\(action.short)` does not belong there"
            return .precondition
        }
        let element = list(member)[0]
        var (members, unknown) = self.members(
            of: element.value.object ?? JSONObject(), at: element.path,
            known: ["uid", "type", "rdf:value", "value", "refinement"])
        checkType(members["type"], expected: ["Action"], defect: &unknown)
        checkNaming(members, at: element.path, defect: &unknown)
        defect = defect ?? unknown
        switch gatewayDuty(action, members["refinement"].map { nodes($0) }, at: element.path) {
        case .success(let duty): return .gateway(duty)
        case .failure(let found):
            problems.append(found)
            defect = defect ?? found.message
            return .precondition
        }
    }
}
