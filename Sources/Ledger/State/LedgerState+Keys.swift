internal import CityIdentity
internal import HashTreeCollections

extension LedgerState {
    /// `key.add`: by a `registry` key of the code or a node above; a `policy` key is one only once others agree.
    mutating func addKey(_ declaration: KeyDeclaration, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        try require(signer, .registry)
        let code = declaration.id.code
        try require(signer, over: code)
        if declaration.purposes.contains(.policy), isSetUp(try changeable(code)) {
            try checkFree(declaration)
            return try propose(.keyAdd(declaration), of: code, by: signer, at: time)
        }
        try register(declaration, at: time)
    }

    mutating func register(_ declaration: KeyDeclaration, at time: Timestamp) throws(RuleRefusal) {
        var record = try changeable(declaration.id.code)
        try checkFree(declaration)
        guard record.keys.count < IdentityRecord.keyLimit else {
            throw RuleRefusal(
                "`\(record.code)` has had \(IdentityRecord.keyLimit) keys, as many as a code may; delegate a unit for more"
            )
        }
        record.keys.append(declaration.id)
        set(record)
        set(KeyRecord(declaration, addedAt: time))
    }

    /// The record of a code that is active, or may be so again.
    func changeable(_ code: IdentificationCode) throws(RuleRefusal) -> IdentityRecord {
        let record = try registered(code)
        guard record.status == .active || record.status == .suspended else {
            throw RuleRefusal("`\(code)` is \(record.status.rawValue)")
        }
        return record
    }

    /// `key.revoke`: by a `registry` key of the code or a node above, or by the key itself.
    mutating func revokeKey(_ revocation: KeyRevocation, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        if signer != revocation.key {
            try require(signer, .registry)
            try require(signer, over: revocation.key.code)
        }
        guard let key = keys[revocation.key] else { throw RuleRefusal("`\(revocation.key)` is not on the ledger") }
        guard key.revocation == nil else { throw RuleRefusal("`\(revocation.key)` is revoked already") }
        set(key.revoked(at: time, reason: revocation.reason))
    }
}
