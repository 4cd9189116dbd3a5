package import CityIdentity
internal import StrictJSON
package import TransparencyLog

/// A registry checkpoint of which every entry was proven against a checkpoint by a trusted key.
package struct VerifiedRegistry: Sendable {
    /// The checkpoint: which network, and as of when.
    package let head: LedgerCheckpoint
    private let identities: [IdentificationCode: IdentityRecord]
    private let absent: Set<IdentificationCode>
    private let keys: [KeyIdentifier: KeyRecord]
    /// What was anchored last of receipt logs, as far as the bundle has it.
    package let anchors: [AnchorRecord]

    fileprivate init(_ bundle: RegistryCheckpoint, head: LedgerCheckpoint) throws(LedgerError) {
        var identities: [IdentificationCode: IdentityRecord] = [:]
        var absent: Set<IdentificationCode> = []
        var keys: [KeyIdentifier: KeyRecord] = [:]
        var anchors: [AnchorRecord] = []
        for entry in bundle.entries {
            guard entry.proof.proves(entry.value, under: entry.key, in: head.stateRoot) else {
                throw LedgerError(.untrusted, "`\(entry.key)` is not proven to be as the bundle says")
            }
            let (kind, name) = StateKey.split(entry.key)
            switch (kind, entry.value) {
            case ("identity", let value?):
                let record = try IdentityRecord(json: Self.json(value))
                identities[record.code] = record
            case ("identity", nil): if let code = try? IdentificationCode(name) { absent.insert(code) }
            case ("key", let value?):
                let record = try Self.key(Self.json(value))
                keys[record.id] = record
            case ("anchor", let value?): anchors.append(try AnchorRecord(json: Self.json(value)))
            default: continue
            }
        }
        self.head = head
        self.identities = identities
        self.absent = absent
        self.keys = keys
        self.anchors = anchors
    }

    private static func json(_ bytes: [UInt8]) throws(LedgerError) -> JSONValue {
        do { return try JSONValue(parsing: bytes, limits: .state) } catch {
            throw LedgerError(.malformed, "a proven entry is not JSON", cause: error)
        }
    }

    private static func key(_ json: JSONValue) throws(LedgerError) -> KeyRecord {
        do { return try KeyRecord(json: json) } catch {
            throw LedgerError(.malformed, "a proven entry is not a key", cause: error)
        }
    }
}

extension RegistryCheckpoint {
    /// Verifies the checkpoint's signature and every entry's proof.
    ///
    /// Throws ``LedgerError``: `untrusted` where one does not hold, `malformed`.
    package func verified(trusting keys: [NoteVerifierKey]) throws(LedgerError) -> VerifiedRegistry {
        try VerifiedRegistry(self, head: LedgerCheckpoint.verify(checkpoint, trusting: keys))
    }
}

extension VerifiedRegistry {
    /// The codes that are proven to be registered, in order.
    package var codes: [IdentificationCode] { identities.keys.sorted() }

    /// What the ledger held of a code; `nil` where it is proven that it held nothing.
    ///
    /// Throws ``LedgerError`` of code `notFound` where the bundle says nothing of the code.
    package func identity(_ code: IdentificationCode) throws(LedgerError) -> IdentityRecord? {
        if let record = identities[code] { return record }
        guard absent.contains(code) else {
            throw LedgerError(.notFound, "the registry checkpoint says nothing of `\(code)`")
        }
        return nil
    }

    /// Why a code was not in good standing, in words; `nil` where it was active and nothing above it
    /// suspended or retired.
    package func reasonAgainst(_ code: IdentificationCode) throws(LedgerError) -> String? {
        guard let record = try identity(code) else { return "`\(code)` is not registered" }
        if record.status != .active { return "`\(code)` is \(record.status.rawValue)" }
        for above in lineage(of: code).dropFirst() {
            guard let record = try identity(above), record.status.stopsWhatIsBelow else { continue }
            return "`\(above)` above it is \(record.status.rawValue)"
        }
        return nil
    }

    /// Why a key was good for nothing at a moment, in words, its owner's standing included; `nil` where it was good.
    package func reasonAgainstUse(of id: KeyIdentifier, at time: Timestamp) throws(LedgerError) -> String? {
        switch key(id) {
        case .proven(let record):
            if let reason = record.reasonAgainstUse(at: time) { return reason }
            return try reasonAgainst(id.code)
        case .absent: return "`\(id)` is not on the ledger"
        case .unproven: throw LedgerError(.notFound, "the registry checkpoint says nothing of `\(id)`")
        }
    }
}

extension VerifiedRegistry: RegistryView {
    package var network: String { head.network }

    package var time: Timestamp { head.time }

    package func status(of code: IdentificationCode) -> RegistryAnswer<IdentityStatus> {
        if let record = identities[code] { return .proven(record.status) }
        return absent.contains(code) ? .absent : .unproven
    }

    /// A proven record says by whom its code was delegated; above one that nobody delegated stands nobody.
    package func lineage(of code: IdentificationCode) -> [IdentificationCode] {
        var lineage = [code]
        while let node = lineage.last, identities[node]?.delegatedBy != nil, let parent = node.parent {
            lineage.append(parent)
        }
        return lineage
    }

    /// The record of a key; a code's record names all keys ever declared for it, so that absence is proven too.
    package func key(_ id: KeyIdentifier) -> RegistryAnswer<KeyRecord> {
        if let record = keys[id] { return .proven(record) }
        guard let owner = identities[id.code] else { return absent.contains(id.code) ? .absent : .unproven }
        return owner.keys.contains(id) ? .unproven : .absent
    }
}
