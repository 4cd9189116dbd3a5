internal import CityIdentity
internal import HashTreeCollections

extension LedgerState {
    /// `network.genesis`: signed by a key that it declares, and nothing stands before it.
    mutating func begin(_ genesis: NetworkGenesis, network name: String, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        guard network == nil else { throw RuleRefusal("the network has begun already") }
        guard NetworkRecord.isName(name) else {
            throw RuleRefusal("a network's name must be 1 to 96 visible ASCII characters without `+`")
        }
        let known = NetworkRecord(
            name: name, version: genesis.version, registrars: genesis.registrars, threshold: genesis.threshold,
            validators: genesis.validators)
        for application in genesis.identities { try checkAllocation(of: application.code) }
        set(known)
        for application in genesis.identities { register(application, status: .active, thumbprint: nil, at: time) }
    }

    /// `identity.apply`: by a `registry` key among those it declares.
    mutating func applyIdentity(_ application: IdentityApplication, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        guard application.code.isCity else {
            throw RuleRefusal("`\(application.code)` is not a city's code: its city delegates it")
        }
        guard let own = application.keys.first(where: { $0.id == signer }), own.purposes.contains(.registry) else {
            throw RuleRefusal("an application is signed by a key of purpose `registry` that it declares")
        }
        try checkFree(application)
        try checkAllocation(of: application.code)
        register(application, status: .applied, thumbprint: own.publicKey.thumbprint, at: time)
    }

    /// `identity.delegate`: by a `registry` key of an active node above.
    mutating func delegate(_ application: IdentityApplication, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        try require(signer, .registry)
        guard signer.code != application.code, signer.code.covers(application.code) else {
            throw RuleRefusal("`\(application.code)` does not lie below `\(signer.code)`")
        }
        if let parent = application.code.parent, let reason = reasonAgainst(parent) { throw RuleRefusal(reason) }
        try checkFree(application)
        register(application, status: .active, thumbprint: nil, at: time)
    }

    /// `identity.approve` and `identity.reject`: by registrars' `registry` keys.
    mutating func decideApplication(
        _ decision: ApplicationDecision, _ motion: IdentityRecord.Motion, by signer: KeyIdentifier, at time: Timestamp
    ) throws(RuleRefusal) {
        try require(signer, .registry)
        guard isRegistrar(signer.code) else { throw RuleRefusal("`\(signer.code)` is not a registrar") }
        var record = try registered(decision.code)
        guard record.status == .applied else {
            throw RuleRefusal("`\(record.code)` is \(record.status.rawValue) already")
        }
        guard let application = record.application, application.utf8.elementsEqual(decision.application.utf8) else {
            throw RuleRefusal("the application for `\(record.code)` is not the one decided on")
        }
        guard try vote(motion, on: record, by: signer.code) else { return }
        if motion == .reject { return removeIdentity(record.code) }
        record.change(to: .active, at: time, reason: decision.reason)
        set(record)
    }

    /// `identity.update`: by a `registry` key of the code or a node above.
    mutating func update(_ update: IdentityUpdate, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        try require(signer, .registry)
        try require(signer, over: update.code)
        var record = try registered(update.code)
        guard record.status == .active || record.status == .suspended else {
            throw RuleRefusal("`\(record.code)` is \(record.status.rawValue)")
        }
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
        if authority == .registrars, try !vote(.suspend, on: record, by: signer.code) { return }
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
            guard try vote(.reinstate, on: record, by: signer.code) else { return }
        } else if record.suspendedBy == .registrars {
            throw RuleRefusal("`\(record.code)` was suspended by the registrars, who alone reinstate it")
        }
        record.change(to: .active, at: time, reason: change.reason)
        set(record)
    }

    /// `identity.retire`: the node itself, a node above, or registrars; for ever.
    mutating func retire(_ change: StatusChange, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        let authority = try authority(of: signer, over: change.code)
        var record = try registered(change.code)
        guard record.status == .active || record.status == .suspended else {
            throw RuleRefusal("`\(record.code)` is \(record.status.rawValue)")
        }
        if authority == .registrars, try !vote(.retire, on: record, by: signer.code) { return }
        record.change(to: .retired, at: time, reason: change.reason)
        set(record)
    }

    // MARK: Registering

    private func checkAllocation(of code: IdentificationCode) throws(RuleRefusal) {
        do { try AllocationRule.standard.check(code) } catch { throw RuleRefusal(error.message) }
    }

    /// A code is given once, and neither it nor a public key ever again to another.
    private func checkFree(_ application: IdentityApplication) throws(RuleRefusal) {
        if let record = identities[application.code] {
            throw RuleRefusal("`\(application.code)` is \(record.status.rawValue) already; a code is never reused")
        }
        for key in application.keys { try checkFree(key) }
    }

    func checkFree(_ declaration: KeyDeclaration) throws(RuleRefusal) {
        guard keys[declaration.id] == nil else { throw RuleRefusal("the key id `\(declaration.id)` is taken") }
        if let owner = key(for: declaration.publicKey) {
            throw RuleRefusal("the public key of `\(declaration.id)` stands on the ledger as `\(owner.id)`")
        }
    }

    private mutating func register(
        _ application: IdentityApplication, status: IdentityStatus, thumbprint: String?, at time: Timestamp
    ) {
        set(IdentityRecord(application: application, status: status, thumbprint: thumbprint, at: time))
        for key in application.keys { set(KeyRecord(key, addedAt: time)) }
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
