import StrictJSON

/// A policy that is commented for whoever copies it, with its table of tests: what drafts begin with.
package struct PolicyTemplate: Sendable {
    package let name: String

    /// The policy and its table, in YAML.
    package let document: String
    package let table: String

    /// The policy's only permission, and its prohibition where it has one.
    let permission: JSONValue
    let prohibition: JSONValue?
    let uid: String

    /// Something of the policy that a draft says of its own.
    package enum Place: String, Sendable, CaseIterable {
        case consumers, exceptions, purposes, until, clock, removedFields, casesField, alikeFields
    }

    /// Throws ``PolicyError`` of code `malformedDocument` for what is no policy of one permission.
    package init(name: String, document: String, table: String) throws(PolicyError) {
        let value = try YAMLDocument.value(of: Array(document.utf8))
        guard let permissions = value["permission"]?.array, permissions.count == 1, let uid = value["uid"]?.string
        else {
            throw PolicyError(.malformedDocument, "the template `\(name)` has not one permission, or no `uid`")
        }
        self.name = name
        self.document = document
        self.table = table
        self.uid = uid
        permission = permissions[0]
        prohibition = value["prohibition"]?.array?.first
    }

    /// What it is for, in a sentence: the first paragraph of its comment after its title.
    package var summary: String {
        let paragraph = document.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("# ") }
        let text = paragraph.map { $0.dropFirst(2) }.joined(separator: " ")
        return text.firstRange(of: ". ").map { String(text[$0.upperBound...]) } ?? text
    }

    /// What a draft must say of its own, since the template only has an example of it.
    package var needs: Set<Place> {
        var needs: Set<Place> = []
        if !consumers.isEmpty { needs.insert(.consumers) }
        if !exceptions.isEmpty { needs.insert(.exceptions) }
        if constraint("dateTime") != nil { needs.insert(.until) }
        if clock != nil { needs.insert(.clock) }
        if refinement("redact", "field") != nil { needs.insert(.removedFields) }
        if refinement("suppressBelow", "field") != nil { needs.insert(.casesField) }
        if refinement("suppressBelow", "alike") != nil { needs.insert(.alikeFields) }
        return needs
    }

    // MARK: Its examples

    var dataset: String { permission["target"]?.string ?? "" }
    var consumers: [String] { Self.texts(permission["assignee"]) }
    var exceptions: [String] { Self.texts(prohibition?["assignee"]) }

    /// The purposes it permits; empty where it permits all.
    package var purposes: [String] { Self.texts(constraint("purpose")?["rightOperand"]) }

    /// The offset of the clock that its times of day are read from; `nil` where it has none.
    var clock: String? { constraint("timeOfDay")?["rightOperand"]?.string.map { String($0.suffix(6)) } }

    func constraint(_ operand: String) -> JSONValue? {
        permission["constraint"]?.array?.first { $0["leftOperand"]?.string == operand }
    }

    /// What a refinement of a duty says.
    func refinement(_ duty: String, _ operand: String) -> JSONValue? {
        let action = permission["duty"]?.array?.lazy.compactMap { $0["action"] }.first { $0["value"]?.string == duty }
        guard let refinement = action?["refinement"] else { return nil }
        return (refinement.array ?? [refinement]).first { $0["leftOperand"]?.string == operand }?["rightOperand"]
    }

    static func texts(_ value: JSONValue?) -> [String] {
        value?.string.map { [$0] } ?? (value?.array ?? []).compactMap(\.string)
    }
}
