package import CityIdentity
internal import HashTreeCollections

extension LedgerState {
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
        try checkFree(application.code, application.keys)
        try checkAllocation(of: application.code)
        let record = ApplicationRecord(application, thumbprint: own.publicKey.thumbprint, at: time)
        guard applications[record.id] == nil else {
            throw RuleRefusal("the key `\(signer)` has applied for `\(record.code)` already; registrars now decide")
        }
        guard applications.count < ApplicationRecord.limit else {
            throw RuleRefusal(
                .overloaded,
                "\(ApplicationRecord.limit) applications wait already; apply again when registrars have decided on some"
            )
        }
        set(record)
    }

    /// `identity.approve` and `identity.reject`: by registrars' `registry` keys.
    ///
    /// An approval gives the code to one application and drops all others for it.
    mutating func decideApplication(
        _ decision: ApplicationDecision, _ motion: IdentityRecord.Motion, by signer: KeyIdentifier, at time: Timestamp
    ) throws(RuleRefusal) {
        try require(signer, .registry)
        guard isRegistrar(signer.code) else { throw RuleRefusal("`\(signer.code)` is not a registrar") }
        let id = ApplicationRecord.ID(code: decision.code, thumbprint: decision.application)
        guard var record = applications[id] else {
            if let reason = identities[decision.code].map({ "is \($0.status.rawValue) already" }) {
                throw RuleRefusal("`\(decision.code)` \(reason)")
            }
            throw RuleRefusal("no application for `\(decision.code)` signed by the key `\(decision.application)` waits")
        }
        guard try vote(motion, on: &record.identity, by: signer.code) else { return set(record) }
        if motion == .approve { try admit(record, at: time, reason: decision.reason) }
        remove(record)
    }

    private mutating func admit(_ application: ApplicationRecord, at time: Timestamp, reason: String?)
        throws(RuleRefusal)
    {
        try checkFree(application.code, application.keys)
        var record = application.identity
        record.change(to: .active, at: time, reason: reason)
        register(record, application.keys, at: time)
        for key in application.keys where key.publicKey.thumbprint == application.thumbprint {
            // The application was this key's first transaction, though it had no number of the ledger's then.
            advanceSequence(of: key.id)
        }
        for other in applications(for: application.code) { remove(other) }
    }

    /// The applications for a code, by the thumbprint of the key that signed.
    package func applications(for code: IdentificationCode) -> [ApplicationRecord] {
        applications.values.filter { $0.code == code }
            .sorted { $0.thumbprint.utf8.lexicographicallyPrecedes($1.thumbprint.utf8) }
    }
}
