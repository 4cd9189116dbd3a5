internal import CityIdentity
internal import HashTreeCollections

extension LedgerState {
    /// Throws unless the key is declared for one of the purposes; that it is active was seen before.
    func require(_ signer: KeyIdentifier, _ purposes: KeyPurpose...) throws(RuleRefusal) {
        guard let key = keys[signer], !key.declaration.purposes.isDisjoint(with: purposes) else {
            let names = purposes.map { "`\($0.rawValue)`" }.joined(separator: " or ")
            throw RuleRefusal("`\(signer)` is not a key of purpose \(names)")
        }
    }

    /// Throws unless the signer's code is this one or stands above it.
    func require(_ signer: KeyIdentifier, over code: IdentificationCode) throws(RuleRefusal) {
        guard stands(signer.code, over: code) else {
            throw RuleRefusal("`\(signer)` has no authority over `\(code)`")
        }
    }

    /// Whether a code is this one or stands above it.
    func stands(_ code: IdentificationCode, over other: IdentificationCode) -> Bool {
        code == other || superiors(of: other).contains(code)
    }

    func registered(_ code: IdentificationCode) throws(RuleRefusal) -> IdentityRecord {
        guard let record = identities[code] else { throw RuleRefusal("`\(code)` is not registered") }
        return record
    }

    func isRegistrar(_ code: IdentificationCode) -> Bool { network?.registrars.contains(code) ?? false }

    /// By what right a `registry` key acts on a code: its own, that of a node above, or the part of a registrar.
    ///
    /// A registrar that is also the node or stands above it acts as that, for which it needs nobody else.
    func authority(of signer: KeyIdentifier, over code: IdentificationCode) throws(RuleRefusal)
        -> IdentityRecord.Authority
    {
        try require(signer, .registry)
        if signer.code == code { return .own }
        if stands(signer.code, over: code) { return .ancestor }
        if isRegistrar(signer.code) { return .registrars }
        throw RuleRefusal("`\(signer)` has no authority over `\(code)`")
    }

    /// Counts a registrar's vote in a record; says whether with it enough agree.
    ///
    /// A registrar has one vote, however many keys, and those no longer active do not count.
    func vote(_ motion: IdentityRecord.Motion, on record: inout IdentityRecord, by registrar: IdentificationCode)
        throws(RuleRefusal) -> Bool
    {
        guard let network else { throw RuleRefusal("the network has no registrars") }
        var votes = record.votes[motion] ?? []
        guard !votes.contains(registrar) else { throw RuleRefusal("`\(registrar)` has voted for this already") }
        votes.append(registrar)
        record.votes[motion] = votes
        return votes.count(where: isActive) >= network.threshold
    }
}
