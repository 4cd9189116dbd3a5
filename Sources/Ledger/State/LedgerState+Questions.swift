package import CityIdentity
internal import HashTreeCollections
package import SharingPolicy

extension LedgerState {
    package func identity(_ code: IdentificationCode) -> IdentityRecord? { identities[code] }
    package func key(_ id: KeyIdentifier) -> KeyRecord? { keys[id] }
    package func dataset(_ identifier: DatasetIdentifier) -> DatasetRecord? { datasets[identifier] }
    package func policy(_ hash: PolicyHash) -> PolicyRecord? { policies[hash] }
    package func change(_ hash: PolicyHash) -> ChangeRecord? { changes[hash] }
    package func changes(of code: IdentificationCode) -> [ChangeRecord] {
        changes.values.filter { $0.code == code }.sorted { ($0.proposed, $0.hash) < ($1.proposed, $1.hash) }
    }
    package func anchor(_ origin: String) -> AnchorRecord? { anchors[origin] }

    /// The policies that speak of a dataset and are in force at a moment, by hash.
    ///
    /// The moment is not before the state's last block.
    package func policiesInForce(for dataset: DatasetIdentifier, at time: Timestamp) -> [PolicyHash] {
        (policyTerms[dataset] ?? []).filter { $0.holds(at: time) }.map(\.hash)
    }

    /// The policies that speak of a dataset and are, or may come to be, in force, as they stand at a moment.
    func policiesAbout(_ dataset: DatasetIdentifier, at time: Timestamp) -> [PolicyRecord] {
        (policiesAbout[dataset] ?? []).compactMap { policies[$0] }.filter { $0.isOpen(at: time) }
    }

    /// The next sequence number a key must use.
    package func nextSequence(of key: KeyIdentifier) -> UInt64 { sequences[key] ?? 0 }

    /// Whose a public key is, if it stands on the ledger.
    package func key(for publicKey: PublicKey) -> KeyRecord? { owners[publicKey].flatMap { keys[$0] } }

    /// The nodes that stand above a code, the nearest first: those that it exists by.
    ///
    /// They have authority over it and stop it when they are stopped. A code that registrars admitted, or that the
    /// genesis set, exists by no other: nobody stands above it, though its code may lie below somebody's.
    package func superiors(of code: IdentificationCode) -> [IdentificationCode] {
        var superiors: [IdentificationCode] = []
        var node = code
        while identities[node]?.delegatedBy != nil, let parent = node.parent {
            superiors.append(parent)
            node = parent
        }
        return superiors
    }

    /// Why a code may do nothing now, in words; `nil` where it is active and nothing that stands above it suspended or
    /// retired.
    package func reasonAgainst(_ code: IdentificationCode) -> String? {
        guard let record = identities[code] else { return "`\(code)` is not registered" }
        if record.status != .active { return "`\(code)` is \(record.status.rawValue)" }
        for superior in superiors(of: code) {
            if let record = identities[superior], record.status.stopsWhatIsBelow {
                return "`\(superior)` above it is \(record.status.rawValue)"
            }
        }
        return nil
    }

    /// Whether a code is active and nothing above it suspended or retired.
    package func isActive(_ code: IdentificationCode) -> Bool { reasonAgainst(code) == nil }

    /// Why a key is good for nothing at a moment, its owner's standing included; `nil` where it can be used.
    package func reasonAgainstUse(of key: KeyRecord, at time: Timestamp) -> String? {
        key.reasonAgainstUse(at: time) ?? reasonAgainst(key.id.code)
    }

    /// The key of that id, where it can be used for a purpose at a moment.
    package func activeKey(_ id: KeyIdentifier, for purpose: KeyPurpose, at time: Timestamp) -> KeyRecord? {
        guard let key = keys[id], key.isActive(at: time, for: purpose), isActive(id.code) else { return nil }
        return key
    }
}

extension IdentityStatus {
    /// Whether codes below one of this status may do nothing.
    var stopsWhatIsBelow: Bool { self == .suspended || self == .retired }
}
