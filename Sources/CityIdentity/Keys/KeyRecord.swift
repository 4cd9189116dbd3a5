package import StrictJSON

/// A key as the registry keeps it, for ever: what its owner declared, since when, and whether it was revoked.
package struct KeyRecord: Sendable, Hashable {
    /// That a key was taken out of use before its time.
    package struct Revocation: Sendable, Hashable {
        /// From this moment on the key is good for nothing.
        package let time: Timestamp
        package let reason: String

        package init(time: Timestamp, reason: String) {
            self.time = time
            self.reason = reason
        }
    }

    package let declaration: KeyDeclaration
    /// When the registry took the key up.
    package let addedAt: Timestamp
    package let revocation: Revocation?

    package init(_ declaration: KeyDeclaration, addedAt: Timestamp, revocation: Revocation? = nil) {
        self.declaration = declaration
        self.addedAt = addedAt
        self.revocation = revocation
    }

    package var id: KeyIdentifier { declaration.id }
    package var publicKey: PublicKey { declaration.publicKey }

    /// The record with a revocation; one that stands already stays, for a key dies once.
    package func revoked(at time: Timestamp, reason: String) -> KeyRecord {
        KeyRecord(declaration, addedAt: addedAt, revocation: revocation ?? Revocation(time: time, reason: reason))
    }

    /// Whether the key itself is good for a purpose at a moment; its owner's standing is another question.
    package func isActive(at time: Timestamp, for purpose: KeyPurpose) -> Bool {
        reasonAgainst(purpose, at: time) == nil
    }

    /// Why the key is not good for a purpose at a moment, in words; `nil` where it is.
    package func reasonAgainst(_ purpose: KeyPurpose, at time: Timestamp) -> String? {
        guard declaration.purposes.contains(purpose) else { return "it is not declared for `\(purpose.rawValue)`" }
        return reasonAgainstUse(at: time)
    }

    /// Why the key is good for nothing at a moment, in words; `nil` where it is valid and not revoked.
    package func reasonAgainstUse(at time: Timestamp) -> String? {
        if let revocation, revocation.time <= time {
            return "it was revoked at \(revocation.time): \(revocation.reason)"
        }
        if time < declaration.notBefore { return "it is valid only from \(declaration.notBefore)" }
        if declaration.notAfter <= time { return "it was valid until \(declaration.notAfter)" }
        return nil
    }
}

extension KeyRecord {
    /// Reads what ``json`` writes.
    package init(json: JSONValue) throws(IdentityError) {
        guard let members = json.object else {
            throw IdentityError(.malformedDeclaration, "a key record must be a JSON object")
        }
        let reader = MemberReader(members: members, subject: "the key record")
        let declaration = try KeyDeclaration(json: try reader.value("declaration"))
        let addedAt = try Timestamp(rfc3339: try reader.string("addedAt"))
        var revocation: Revocation?
        if let value = members["revocation"] {
            guard let members = value.object else {
                throw IdentityError(.malformedDeclaration, "the key record's `revocation` must be a JSON object")
            }
            let reader = MemberReader(members: members, subject: "the revocation")
            revocation = Revocation(
                time: try Timestamp(rfc3339: try reader.string("time")), reason: try reader.string("reason"))
        }
        self.init(declaration, addedAt: addedAt, revocation: revocation)
    }

    /// The record as JSON: `declaration`, `addedAt` and, where it was revoked, `revocation`.
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("declaration", declaration.json), ("addedAt", JSONValue(addedAt.rfc3339)),
        ]
        if let revocation {
            members.append(
                ("revocation", ["time": JSONValue(revocation.time.rfc3339), "reason": JSONValue(revocation.reason)]))
        }
        return JSONValue(members)
    }
}
