internal import CityIdentity
internal import HashTreeCollections
internal import TransparencyLog

extension LedgerState {
    /// `network.genesis`: signed by a key that it declares, and nothing stands before it.
    mutating func begin(_ genesis: NetworkGenesis, network name: String, fingerprint: Hash, at time: Timestamp)
        throws(RuleRefusal)
    {
        guard network == nil else { throw RuleRefusal("the network has begun already") }
        guard NetworkRecord.isName(name) else {
            throw RuleRefusal("a network's name must be 1 to 96 visible ASCII characters without `+`")
        }
        let known = NetworkRecord(
            name: name, genesis: fingerprint, version: genesis.version, registrars: genesis.registrars,
            threshold: genesis.threshold,
            validators: genesis.validators)
        for application in genesis.identities { try checkAllocation(of: application.code) }
        set(known)
        for application in genesis.identities {
            let record = IdentityRecord(application: application, status: .active, at: time)
            register(record, application.keys, at: time)
        }
    }

    /// `identity.delegate`: by a `registry` key of the active node whose unit it will be, or of one that stands above
    /// that.
    mutating func delegate(_ application: IdentityApplication, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        try require(signer, .registry)
        guard let parent = application.code.parent, signer.code.covers(parent) else {
            throw RuleRefusal("`\(application.code)` does not lie below `\(signer.code)`")
        }
        if let reason = reasonAgainst(parent) { throw RuleRefusal(reason) }
        try require(signer, over: parent)
        try checkFree(application.code, application.keys)
        let record = IdentityRecord(application: application, status: .active, delegatedBy: signer.code, at: time)
        register(record, application.keys, at: time)
    }

    /// `identity.update`: by a `registry` key of the code or a node above; fewer `policyApprovals` only once others
    /// agree.
    mutating func update(_ update: IdentityUpdate, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        try require(signer, .registry)
        try require(signer, over: update.code)
        let record = try changeable(update.code)
        guard let number = update.policyApprovals else { return try make(update) }
        guard number < record.policyApprovals, isSetUp(record) else {
            // More than there are could never agree, and would make of a node that is set up one that is not.
            guard number <= max(record.policyApprovals, activePolicyKeys(of: record, at: time)) else {
                throw RuleRefusal("`\(record.code)` has fewer than \(number) active `policy` keys: add them first")
            }
            return try make(update)
        }
        guard update.isOnlyOfApprovals else {
            throw RuleRefusal("fewer `policyApprovals` are a change that others agree to, and come alone")
        }
        try propose(.identityUpdate(update), of: update.code, by: signer, at: time)
    }

    private func activePolicyKeys(of record: IdentityRecord, at time: Timestamp) -> Int {
        record.keys.count { keys[$0]?.isActive(at: time, for: .policy) ?? false }
    }

    mutating func make(_ update: IdentityUpdate) throws(RuleRefusal) {
        var record = try changeable(update.code)
        if let title = update.title { record.profile.title = title }
        if let contact = update.contact { record.profile.contact = contact.isEmpty ? nil : contact }
        if let endpoint = update.endpoint { record.profile.endpoint = endpoint }
        if let number = update.policyApprovals { record.policyApprovals = number }
        guard record != identities[update.code] else { throw RuleRefusal("nothing would change") }
        set(record)
    }

    /// `identity.suspend`: the node itself, a node above, or registrars.
    mutating func suspend(_ change: StatusChange, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        let authority = try authority(of: signer, over: change.code)
        var record = try registered(change.code)
        // Registrars may take a suspension over, so that nobody else can end it.
        let isTakenOver = record.status == .suspended && authority == .registrars && record.suspendedBy != .registrars
        guard record.status == .active || isTakenOver else {
            throw RuleRefusal("`\(record.code)` is \(record.status.rawValue)")
        }
        if authority == .registrars, try !vote(.suspend, on: &record, by: signer.code) { return set(record) }
        record.change(to: .suspended, at: time, reason: change.reason)
        record.suspendedBy = authority
        set(record)
    }

    /// `identity.reinstate`: a node above what it or the node itself suspended; registrars anything.
    mutating func reinstate(_ change: StatusChange, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        let authority = try authority(of: signer, over: change.code)
        var record = try registered(change.code)
        guard record.status == .suspended else { throw RuleRefusal("`\(record.code)` is not suspended") }
        if authority == .registrars {
            guard try vote(.reinstate, on: &record, by: signer.code) else { return set(record) }
        } else if record.suspendedBy == .registrars {
            throw RuleRefusal("`\(record.code)` was suspended by the registrars, who alone reinstate it")
        }
        record.change(to: .active, at: time, reason: change.reason)
        set(record)
    }

    /// `identity.retire`: the node itself, a node above, or registrars; for ever.
    mutating func retire(_ change: StatusChange, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        let authority = try authority(of: signer, over: change.code)
        var record = try changeable(change.code)
        if authority == .registrars, try !vote(.retire, on: &record, by: signer.code) { return set(record) }
        record.change(to: .retired, at: time, reason: change.reason)
        set(record)
    }

    // MARK: Registering

    func checkAllocation(of code: IdentificationCode) throws(RuleRefusal) {
        do { try AllocationRule.standard.check(code) } catch { throw RuleRefusal(error.message) }
    }

    /// A code is given once, and neither it nor a public key ever again to another.
    func checkFree(_ code: IdentificationCode, _ declarations: [KeyDeclaration]) throws(RuleRefusal) {
        if let record = identities[code] {
            throw RuleRefusal("`\(code)` is \(record.status.rawValue) already; a code is never reused")
        }
        for declaration in declarations { try checkFree(declaration) }
    }

    func checkFree(_ declaration: KeyDeclaration) throws(RuleRefusal) {
        guard keys[declaration.id] == nil else { throw RuleRefusal("the key id `\(declaration.id)` is taken") }
        if let owner = key(for: declaration.publicKey) {
            throw RuleRefusal("the public key of `\(declaration.id)` stands on the ledger as `\(owner.id)`")
        }
    }

    mutating func register(_ record: IdentityRecord, _ declarations: [KeyDeclaration], at time: Timestamp) {
        set(record)
        for declaration in declarations { set(KeyRecord(declaration, addedAt: time)) }
    }
}

extension NetworkRecord {
    /// Whether a text can name a network: it stands in notes and key names, where space and `+` separate, and in codes
    /// to be scanned, where there is room for 96.
    package static func isName(_ text: String) -> Bool {
        (1...CityCode.maximumNetworkLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2B }
    }
}
