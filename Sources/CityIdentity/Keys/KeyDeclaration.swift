package import StrictJSON

/// What an owner declares of one of its keys.
package struct KeyDeclaration: Sendable, Hashable {
    package let id: KeyIdentifier
    package let publicKey: PublicKey
    package let purposes: Set<KeyPurpose>
    /// The first moment of its validity.
    package let notBefore: Timestamp
    /// The first moment after its validity.
    package let notAfter: Timestamp

    /// Declares a key.
    ///
    /// Throws ``IdentityError`` of code `malformedDeclaration` where it has no purpose or is never valid.
    package init(
        id: KeyIdentifier, publicKey: PublicKey, purposes: Set<KeyPurpose>, notBefore: Timestamp, notAfter: Timestamp
    ) throws(IdentityError) {
        guard !purposes.isEmpty else {
            throw IdentityError(.malformedDeclaration, "the key `\(id)` is declared for no purpose")
        }
        guard notBefore < notAfter else {
            throw IdentityError(.malformedDeclaration, "the key `\(id)` would never be valid: it ends before it begins")
        }
        self.id = id
        self.publicKey = publicKey
        self.purposes = purposes
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// Whether a moment lies within the key's validity.
    package func isValid(at time: Timestamp) -> Bool { notBefore <= time && time < notAfter }
}

extension KeyDeclaration {
    private static let memberNames: Set<String> = ["id", "publicKey", "purposes", "notBefore", "notAfter"]

    /// Reads `{"id", "publicKey", "purposes", "notBefore", "notAfter"}`; another member is refused.
    package init(json: JSONValue) throws(IdentityError) {
        guard let members = json.object else {
            throw IdentityError(.malformedDeclaration, "a key declaration must be a JSON object")
        }
        for name in members.names where !Self.memberNames.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            throw IdentityError(.malformedDeclaration, "a key declaration has no member \(IdentityError.quote(name))")
        }
        let reader = MemberReader(members: members, subject: "the key declaration")
        let jwk = try reader.value("publicKey")
        try self.init(
            id: try KeyIdentifier(try reader.string("id")), publicKey: try PublicKey(jwk: jwk),
            purposes: try Self.purposes(try reader.value("purposes")),
            notBefore: try Timestamp(rfc3339: try reader.string("notBefore")),
            notAfter: try Timestamp(rfc3339: try reader.string("notAfter")))
    }

    private static func purposes(_ json: JSONValue) throws(IdentityError) -> Set<KeyPurpose> {
        guard let names = json.array else {
            throw IdentityError(.malformedDeclaration, "the key declaration's `purposes` must be an array")
        }
        var purposes: Set<KeyPurpose> = []
        for name in names {
            guard let text = name.string, let purpose = KeyPurpose(rawValue: text) else {
                let known = KeyPurpose.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
                throw IdentityError(
                    .malformedDeclaration,
                    "\(IdentityError.quote(name.string ?? name.kind)) is no purpose of keys; these are: \(known)")
            }
            guard purposes.insert(purpose).inserted else {
                throw IdentityError(.malformedDeclaration, "the purpose `\(text)` stands twice")
            }
        }
        return purposes
    }

    /// The declaration as JSON.
    package var json: JSONValue {
        [
            "id": JSONValue(id.description), "publicKey": publicKey.jwk,
            "purposes": .array(KeyPurpose.allCases.filter(purposes.contains).map { JSONValue($0.rawValue) }),
            "notBefore": JSONValue(notBefore.rfc3339), "notAfter": JSONValue(notAfter.rfc3339),
        ]
    }
}
