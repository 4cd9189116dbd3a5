package import CityIdentity
internal import StrictJSON

/// A text in one or more languages, by BCP 47 tag.
package struct LocalizedText: Sendable, Hashable {
    package let texts: [String: String]

    package init(_ texts: [String: String]) { self.texts = texts }

    /// The text in the first of the languages that has one, otherwise in the first by tag.
    package func text(in languages: String...) -> String {
        for language in languages { if let text = texts[language] { return text } }
        return texts.min { $0.key < $1.key }?.value ?? ""
    }
}

/// What a node says of itself.
package struct IdentityProfile: Sendable, Hashable {
    /// The name: `Shijiazhuang`, `石家庄市`.
    package var title: LocalizedText
    /// Where to reach the people who run it: a mail address, a telephone number.
    package var contact: String?
    /// Where its gateway answers, an `https` URL; stands in its DID document.
    package var endpoint: String?

    package init(title: LocalizedText, contact: String? = nil, endpoint: String? = nil) {
        self.title = title
        self.contact = contact
        self.endpoint = endpoint
    }
}

/// A code, who is behind it and with what keys: what a city applies for, a parent delegates, a genesis begins with.
package struct IdentityApplication: Sendable, Hashable {
    package let code: IdentificationCode
    package let profile: IdentityProfile
    /// At least one; the ids are the code's own and differ.
    package let keys: [KeyDeclaration]

    package init(code: IdentificationCode, profile: IdentityProfile, keys: [KeyDeclaration]) {
        self.code = code
        self.profile = profile
        self.keys = keys
    }

    package static let keyLimit = 32
}

/// A registrar's vote on one application.
package struct ApplicationDecision: Sendable, Hashable {
    package let code: IdentificationCode
    /// The thumbprint (RFC 7638) of the key that signed the application, so that a vote cannot fall to another
    /// application for the same code.
    package let application: String
    package let reason: String?

    package init(code: IdentificationCode, application: String, reason: String? = nil) {
        self.code = code
        self.application = application
        self.reason = reason
    }
}

/// What a node changes about itself; what is absent stays.
package struct IdentityUpdate: Sendable, Hashable {
    package let code: IdentificationCode
    package var title: LocalizedText?
    package var contact: String?
    package var endpoint: String?
    /// How many different `policy` keys must agree before a policy is in force.
    package var policyApprovals: Int?

    package init(
        code: IdentificationCode, title: LocalizedText? = nil, contact: String? = nil, endpoint: String? = nil,
        policyApprovals: Int? = nil
    ) {
        self.code = code
        self.title = title
        self.contact = contact
        self.endpoint = endpoint
        self.policyApprovals = policyApprovals
    }

    package static let policyApprovalsRange = 1...16

    /// Whether nothing but `policyApprovals` is changed.
    var isOnlyOfApprovals: Bool { title == nil && contact == nil && endpoint == nil && policyApprovals != nil }
}

/// A suspension, reinstatement or retirement.
package struct StatusChange: Sendable, Hashable {
    package let code: IdentificationCode
    package let reason: String

    package init(code: IdentificationCode, reason: String) {
        self.code = code
        self.reason = reason
    }
}

/// The end of a key.
package struct KeyRevocation: Sendable, Hashable {
    package let key: KeyIdentifier
    package let reason: String

    package init(key: KeyIdentifier, reason: String) {
        self.key = key
        self.reason = reason
    }
}

// MARK: - JSON

extension LocalizedText {
    var json: JSONValue { JSONValue(texts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) }) }

    init(json: JSONValue, at path: String, limit: Int = 1_024) throws(LedgerError) {
        guard let object = json.object, !object.isEmpty, object.count <= 16 else {
            throw LedgerError(.malformed, "`\(path)` must be an object of 1 to 16 languages")
        }
        var texts: [String: String] = [:]
        for (language, value) in object.members {
            let isTag = (2...35).contains(language.utf8.count) && language.utf8.allSatisfy(Self.isTagByte)
            guard isTag else { throw LedgerError(.malformed, "`\(path)` has a name that is not a language tag") }
            guard let text = value.string, !text.isEmpty, text.utf8.count <= limit else {
                throw LedgerError(.malformed, "`\(path).\(language)` must be a string of 1 to \(limit) bytes")
            }
            texts[language] = text
        }
        self.texts = texts
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

extension IdentityProfile {
    var members: [(String, JSONValue)] {
        var members = [("title", title.json)]
        if let contact { members.append(("contact", JSONValue(contact))) }
        if let endpoint { members.append(("endpoint", JSONValue(endpoint))) }
        return members
    }

    init(from reader: inout MemberReader) throws(LedgerError) {
        title = try LocalizedText(json: reader.value("title"), at: reader.path(of: "title"))
        contact = try reader.optionalString("contact")
        endpoint = try reader.optionalURL("endpoint")
    }
}

extension IdentityApplication {
    var json: JSONValue {
        JSONValue([("code", JSONValue(code.description))] + profile.members + [("keys", JSONValue(keys.map(\.json)))])
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        code = try reader.code("code")
        profile = try IdentityProfile(from: &reader)
        var keys: [KeyDeclaration] = []
        for element in try reader.array("keys", limit: Self.keyLimit) {
            keys.append(try reader.keyDeclaration(element, "keys"))
        }
        self.keys = keys
        try reader.finish()
        guard !keys.isEmpty else { throw reader.fault("keys", "must hold at least one key") }
        for key in keys where key.id.code != code { throw reader.fault("keys", "has a key of another code") }
        guard Set(keys.map(\.id)).count == keys.count, Set(keys.map(\.publicKey)).count == keys.count else {
            throw reader.fault("keys", "has one key twice")
        }
    }
}

extension ApplicationDecision {
    var json: JSONValue {
        var members = [("code", JSONValue(code.description)), ("application", JSONValue(application))]
        if let reason { members.append(("reason", JSONValue(reason))) }
        return JSONValue(members)
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        code = try reader.code("code")
        application = try reader.string("application", limit: 64)
        reason = try reader.optionalString("reason")
        try reader.finish()
    }
}

extension IdentityUpdate {
    var json: JSONValue {
        var members = [("code", JSONValue(code.description))]
        if let title { members.append(("title", title.json)) }
        if let contact { members.append(("contact", JSONValue(contact))) }
        if let endpoint { members.append(("endpoint", JSONValue(endpoint))) }
        if let policyApprovals { members.append(("policyApprovals", JSONValue(policyApprovals))) }
        return JSONValue(members)
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        code = try reader.code("code")
        if let value = reader.optional("title") { title = try LocalizedText(json: value, at: reader.path(of: "title")) }
        contact = try reader.optionalString("contact")
        endpoint = try reader.optionalURL("endpoint")
        if reader.optional("policyApprovals") != nil {
            policyApprovals = try reader.integer("policyApprovals", in: Self.policyApprovalsRange)
        }
        try reader.finish()
    }
}

extension StatusChange {
    var json: JSONValue { ["code": JSONValue(code.description), "reason": JSONValue(reason)] }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        code = try reader.code("code")
        reason = try reader.string("reason")
        try reader.finish()
    }
}

extension KeyRevocation {
    var json: JSONValue { ["key": JSONValue(key.description), "reason": JSONValue(reason)] }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        key = try reader.keyIdentifier("key")
        reason = try reader.string("reason")
        try reader.finish()
    }
}
