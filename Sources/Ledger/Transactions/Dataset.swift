package import CityIdentity
package import SharingPolicy
package import StrictJSON

/// A dataset that a node offers: what it is (DCAT), where it comes from and what may be done to it.
package struct Dataset: Sendable, Hashable {
    package let identifier: DatasetIdentifier
    package let title: LocalizedText
    package let description: LocalizedText?
    package let keywords: [String]
    /// The licence's URL or SPDX name.
    package let license: String?
    package let mediaType: String?
    /// Where the provider's system answers: an `https` URL that ends with `/`, or `http` where a gateway allows it.
    package let origin: String
    /// Which ODRL action a request is; the first rule that matches decides, and where none does the request is refused.
    package let actions: [ActionRule]

    package init(
        identifier: DatasetIdentifier, title: LocalizedText, description: LocalizedText? = nil, keywords: [String] = [],
        license: String? = nil, mediaType: String? = nil, origin: String, actions: [ActionRule]
    ) {
        self.identifier = identifier
        self.title = title
        self.description = description
        self.keywords = keywords
        self.license = license
        self.mediaType = mediaType
        self.origin = origin
        self.actions = actions
    }

    /// Requests by method and path that are one action.
    package struct ActionRule: Sendable, Hashable {
        /// `GET`, `HEAD`, …; at least one.
        package let methods: [String]
        /// A path below the dataset: `/stations/12`, `*` for one segment, `**` at the end for all that follows.
        package let path: String
        /// The ODRL action as a policy writes it: `read`, or an IRI.
        package let action: String

        package init(methods: [String], path: String, action: String) {
            self.methods = methods
            self.path = path
            self.action = action
        }
    }

    /// The action that a request to a path below the dataset is; `nil` where no rule matches.
    ///
    /// The path begins with `/` and is without query.
    package func action(method: String, path: String) -> String? {
        actions.first { $0.matches(method: method, path: path) }?.action
    }

    /// The methods by which there is an action at a path below the dataset, each once.
    package func methods(path: String) -> [String] {
        Set(actions.filter { $0.matches(path: path) }.flatMap(\.methods)).sorted()
    }
}

extension Dataset {
    /// Whether another description sends every request to the same place as the same action.
    func isMapped(as other: Dataset) -> Bool {
        origin.utf8.elementsEqual(other.origin.utf8) && actions.count == other.actions.count
            && zip(actions, other.actions).allSatisfy { $0.isSame(as: $1) }
    }
}

extension Dataset.ActionRule {
    /// By bytes: what Unicode takes for equal need not be so to a provider.
    fileprivate func isSame(as other: Dataset.ActionRule) -> Bool {
        methods == other.methods && path.utf8.elementsEqual(other.path.utf8)
            && action.utf8.elementsEqual(other.action.utf8)
    }

    func matches(method: String, path: String) -> Bool {
        methods.contains { $0.utf8.elementsEqual(method.utf8) } && matches(path: path)
    }

    func matches(path: String) -> Bool {
        let slash = UInt8(ascii: "/")
        guard path.utf8.first == slash else { return false }
        let pattern = self.path.utf8.split(separator: slash, omittingEmptySubsequences: false)
        let segments = path.utf8.split(separator: slash, omittingEmptySubsequences: false)
        for (index, expected) in pattern.enumerated() {
            if expected.elementsEqual("**".utf8) { return segments.count >= index }
            guard index < segments.count else { return false }
            guard expected.elementsEqual("*".utf8) || expected.elementsEqual(segments[index]) else { return false }
        }
        return pattern.count == segments.count
    }
}

/// The end of a dataset's offer.
package struct DatasetWithdrawal: Sendable, Hashable {
    package let dataset: DatasetIdentifier
    package let reason: String?

    package init(dataset: DatasetIdentifier, reason: String? = nil) {
        self.dataset = dataset
        self.reason = reason
    }
}

// MARK: - JSON

extension Dataset {
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("provider", JSONValue(identifier.provider.description)), ("name", JSONValue(identifier.name)),
            ("title", title.json),
        ]
        if let description { members.append(("description", description.json)) }
        if !keywords.isEmpty { members.append(("keywords", JSONValue(keywords.map { JSONValue($0) }))) }
        if let license { members.append(("license", JSONValue(license))) }
        if let mediaType { members.append(("mediaType", JSONValue(mediaType))) }
        members.append(("origin", JSONValue(origin)))
        members.append(("actions", JSONValue(actions.map(\.json))))
        return JSONValue(members)
    }

    /// Reads a dataset's description, as a transaction holds it or as a file beside a city's system does.
    ///
    /// A file may leave `provider` out; `provider` here then says whose it is. Throws ``LedgerError`` of code `malformed`.
    package init(json: JSONValue, provider: IdentificationCode? = nil) throws(LedgerError) {
        var reader = try MemberReader(json, at: "dataset")
        let owner: IdentificationCode
        if let provider, reader.optional("provider") == nil {
            owner = provider
        } else {
            owner = try reader.code("provider")
        }
        if let provider, provider != owner { throw reader.fault("provider", "is not `\(provider)`") }
        let name = try reader.string("name", limit: 128)
        do { identifier = try DatasetIdentifier("\(owner)/\(name)") } catch {
            throw reader.fault("name", "is not a dataset's name", cause: error)
        }
        title = try LocalizedText(json: reader.value("title"), at: reader.path(of: "title"))
        description = try reader.optional("description").map { json throws(LedgerError) in
            try LocalizedText(json: json, at: "dataset.description", limit: 4_096)
        }
        keywords = reader.optional("keywords") == nil ? [] : try reader.strings("keywords", limit: 32)
        license = try reader.optionalString("license")
        mediaType = try reader.optionalString("mediaType", limit: 255)
        origin = try reader.url("origin")
        guard origin.utf8.last == UInt8(ascii: "/") else { throw reader.fault("origin", "must end with `/`") }
        var actions: [ActionRule] = []
        for (index, element) in try reader.array("actions", limit: 64).enumerated() {
            actions.append(try ActionRule(json: element, at: "dataset.actions[\(index)]"))
        }
        self.actions = actions
        guard !actions.isEmpty else { throw reader.fault("actions", "must hold at least one rule") }
        try reader.finish()
    }
}

extension Dataset.ActionRule {
    var json: JSONValue {
        [
            "methods": JSONValue(methods.map { JSONValue($0) }), "path": JSONValue(path), "action": JSONValue(action),
        ]
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        methods = try reader.strings("methods", limit: 16, length: 32)
        let areTokens = methods.allSatisfy { method in
            !method.isEmpty && method.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        }
        guard !methods.isEmpty, areTokens else { throw reader.fault("methods", "must hold methods in capitals") }
        self.path = try reader.string("path", limit: 512)
        let segments = self.path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPattern =
            segments.first?.isEmpty == true && segments.count > 1
            && !segments.dropLast().contains { $0.elementsEqual("**".utf8) }
        guard isPattern else { throw reader.fault("path", "must begin with `/`, with `**` only at its end") }
        action = try reader.string("action", limit: 512)
        guard !action.isEmpty else { throw reader.fault("action", "is empty") }
        try reader.finish()
    }
}

extension DatasetWithdrawal {
    var json: JSONValue {
        var members = [("dataset", JSONValue(dataset.description))]
        if let reason { members.append(("reason", JSONValue(reason))) }
        return JSONValue(members)
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        dataset = try reader.datasetIdentifier("dataset")
        reason = try reader.optionalString("reason")
        try reader.finish()
    }
}
