package import CityIdentity
internal import HashTreeCollections
package import SharingPolicy

extension LedgerState {
    package func identity(_ code: IdentificationCode) -> IdentityRecord? { identities[code] }
    package func key(_ id: KeyIdentifier) -> KeyRecord? { keys[id] }
    package func dataset(_ identifier: DatasetIdentifier) -> DatasetRecord? { datasets[identifier] }
    package func policy(_ hash: PolicyHash) -> PolicyRecord? { policies[hash] }
    package func anchor(_ origin: String) -> AnchorRecord? { anchors[origin] }

    /// The policies in force that speak of a dataset.
    package func policiesInForce(for dataset: DatasetIdentifier) -> [PolicyHash] { policiesInForce[dataset] ?? [] }

    /// The next sequence number a key must use.
    package func nextSequence(of key: KeyIdentifier) -> UInt64 { sequences[key] ?? 0 }

    /// Whose a public key is, if it stands on the ledger.
    package func key(for publicKey: PublicKey) -> KeyRecord? { owners[publicKey].flatMap { keys[$0] } }

    /// Why a code may do nothing now, in words; `nil` where it is active and nothing above it suspended or retired.
    ///
    /// A code above that is not registered, or only applied for, is no obstacle: a network may begin with a node below
    /// a city that has yet to come, and a stranger's application for that city must not stop it.
    package func reasonAgainst(_ code: IdentificationCode) -> String? {
        guard let record = identities[code] else { return "`\(code)` is not registered" }
        if record.status != .active { return "`\(code)` is \(record.status.rawValue)" }
        var above = code.parent
        while let ancestor = above {
            if let record = identities[ancestor], record.status.stopsWhatIsBelow {
                return "`\(ancestor)` above it is \(record.status.rawValue)"
            }
            above = ancestor.parent
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
