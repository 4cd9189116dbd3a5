/// What became of checking a city code.
package struct CityCodeVerdict: Sendable, Hashable {
    /// Why a city code is refused.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case foreignNetwork = "foreign-network"
        case unproven
        case unknownKey = "unknown-key"
        case alteredOrForged = "altered-or-forged"
        case notYetValid = "not-yet-valid"
        case expired
        case keyNotInUse = "key-not-in-use"
        case identityNotActive = "identity-not-active"
    }

    /// A reason and what it is in this case, in words.
    package struct Refusal: Sendable, Hashable {
        package let reason: Reason
        package let message: String
    }

    /// Why the code is refused; `nil` where it is accepted.
    package let refusal: Refusal?

    /// What was found to be right, in words, in the order it was looked at.
    package let findings: [String]

    /// Whether the code is accepted.
    package var isAccepted: Bool { refusal == nil }
}

extension CityCode {
    /// Checks the statement against what a checkpoint proves, for a moment; both must speak for it.
    package func verify(against registry: some RegistryView, at time: Timestamp) -> CityCodeVerdict {
        var findings: [String] = []
        do throws(Rejection) {
            findings.append(try checkNetwork(registry))
            let record = try provenKey(registry)
            findings.append(try checkSignature(record))
            findings.append(try checkValidity(at: time))
            findings.append(try checkUse(of: record, at: time))
            for code in registry.lineage(of: code) { findings.append(try checkIdentity(code, registry)) }
        } catch {
            return CityCodeVerdict(refusal: error.refusal, findings: findings)
        }
        return CityCodeVerdict(refusal: nil, findings: findings)
    }

    private struct Rejection: Error {
        let refusal: CityCodeVerdict.Refusal

        init(_ reason: CityCodeVerdict.Reason, _ message: String) {
            refusal = CityCodeVerdict.Refusal(reason: reason, message: message)
        }
    }

    private func checkNetwork(_ registry: some RegistryView) throws(Rejection) -> String {
        guard network.utf8.elementsEqual(registry.network.utf8) else {
            let names = "\(IdentityError.quote(network)), the checkpoint is of `\(registry.network)`"
            throw Rejection(.foreignNetwork, "the city code is of the network \(names)")
        }
        return "it is of the network `\(registry.network)`, whose checkpoint of \(registry.time) is at hand"
    }

    private func provenKey(_ registry: some RegistryView) throws(Rejection) -> KeyRecord {
        switch registry.key(keyID) {
        case .proven(let record) where record.id == keyID: return record
        case .absent: throw Rejection(.unknownKey, "the ledger has no key `\(keyID)`")
        case .proven, .unproven:
            throw Rejection(.unproven, "the checkpoint at hand proves nothing about the key `\(keyID)`")
        }
    }

    private func checkSignature(_ record: KeyRecord) throws(Rejection) -> String {
        guard isSigned(by: record.publicKey) else {
            throw Rejection(.alteredOrForged, "the city code was altered, or was not signed with the key `\(keyID)`")
        }
        return "the key `\(keyID)` (\(algorithm.rawValue)) signed it as it stands"
    }

    private func checkValidity(at time: Timestamp) throws(Rejection) -> String {
        guard issuedAt <= time else { throw Rejection(.notYetValid, "the city code holds only from \(issuedAt)") }
        guard time < expiresAt else { throw Rejection(.expired, "the city code expired at \(expiresAt)") }
        return "it holds from \(issuedAt) until \(expiresAt)"
    }

    private func checkUse(of record: KeyRecord, at time: Timestamp) throws(Rejection) -> String {
        if let reason = record.reasonAgainstUse(at: time) {
            throw Rejection(.keyNotInUse, "the key `\(keyID)` is not in use: \(reason)")
        }
        guard !record.declaration.purposes.isDisjoint(with: Self.purposes) else {
            let purposes = Self.purposes.map { "`\($0.rawValue)`" }.joined(separator: " or ")
            throw Rejection(.keyNotInUse, "the key `\(keyID)` is not declared for \(purposes)")
        }
        return "the key is valid and not revoked"
    }

    private func checkIdentity(_ code: IdentificationCode, _ registry: some RegistryView) throws(Rejection) -> String {
        switch registry.status(of: code) {
        case .proven(.active): return "`\(code)` is active"
        case .proven(let status): throw Rejection(.identityNotActive, "`\(code)` is \(status.rawValue), not active")
        case .absent: throw Rejection(.identityNotActive, "the ledger knows no `\(code)`")
        case .unproven: throw Rejection(.unproven, "the checkpoint at hand proves nothing about `\(code)`")
        }
    }
}
