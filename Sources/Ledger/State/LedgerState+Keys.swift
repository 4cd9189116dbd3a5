internal import CityIdentity
internal import HashTreeCollections

extension LedgerState {
    /// `key.add`: by a `registry` key of the code or a node above.
    mutating func addKey(_ declaration: KeyDeclaration, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        try require(signer, .registry)
        let code = declaration.id.code
        try require(signer, over: code)
        var record = try registered(code)
        guard record.status == .active || record.status == .suspended else {
            throw RuleRefusal("`\(code)` is \(record.status.rawValue)")
        }
        try checkFree(declaration)
        record.keys.append(declaration.id)
        set(record)
        set(KeyRecord(declaration, addedAt: time))
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
