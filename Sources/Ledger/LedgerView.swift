package import CityIdentity
internal import HashTreeCollections
package import SharingPolicy
package import TransparencyLog

/// The ledger at the end of one block: an immutable value that any number of readers share.
///
/// Nothing here waits, locks for longer than a dictionary's look-up, or changes when later blocks come.
package final class LedgerView: Sendable {
    /// The state after the block.
    package let state: LedgerState
    /// The block's place, the log's size and root, the state's root, and the time.
    package let head: LedgerCheckpoint
    /// The block's checkpoint as a signed note; of a view of the past, the newer one whose log the block is part of.
    package let checkpoint: [UInt8]
    private let library: PolicyLibrary

    init(state: LedgerState, head: LedgerCheckpoint, checkpoint: SignedNote, library: PolicyLibrary) {
        self.state = state
        self.head = head
        self.checkpoint = checkpoint.bytes
        self.library = library
    }

    /// The network's name, which is the log's origin.
    package var network: String { head.network }
    /// What the genesis set; there is no view without one.
    package var networkRecord: NetworkRecord? { state.network }
    package var height: UInt64 { head.height }
    package var size: UInt64 { head.size }
    package var root: Hash { head.root }
    package var stateRoot: Hash { head.stateRoot }
    /// The block's time.
    package var time: Timestamp { head.time }
    /// The verifier keys of the network's validators.
    package var validatorKeys: [NoteVerifierKey] { state.validatorKeys }
}

// MARK: - Identities and keys

extension LedgerView {
    package func identity(_ code: IdentificationCode) -> IdentityRecord? { state.identity(code) }

    /// All identities by code.
    package var identities: [IdentityRecord] { state.identities.values.sorted { $0.code < $1.code } }

    /// The identities whose codes come after one, at most that many.
    package func identities(after code: IdentificationCode?, limit: Int) -> [IdentityRecord] {
        let codes = state.identities.keys.filter { candidate in code.map { $0 < candidate } ?? true }
        return codes.sorted().prefix(limit).compactMap { state.identities[$0] }
    }

    /// The applications for a code that registrars have yet to decide on.
    package func applications(for code: IdentificationCode) -> [ApplicationRecord] { state.applications(for: code) }

    /// All applications that registrars have yet to decide on, the oldest first.
    package var applications: [ApplicationRecord] {
        state.applications.values.sorted {
            ($0.identity.registered, $0.code, $0.thumbprint) < ($1.identity.registered, $1.code, $1.thumbprint)
        }
    }

    package func key(_ id: KeyIdentifier) -> KeyRecord? { state.key(id) }

    /// The key with this public key, as a certificate names it (SubjectPublicKeyInfo in DER).
    package func key(spki: [UInt8]) -> KeyRecord? {
        guard let publicKey = try? PublicKey(spki: spki) else { return nil }
        return state.key(for: publicKey)
    }

    /// Every key ever declared for a code, oldest first.
    package func keys(of code: IdentificationCode) -> [KeyRecord] {
        identity(code)?.keys.compactMap { state.key($0) } ?? []
    }

    /// The key of that id, where it and its owner's standing are good for a purpose at a moment.
    package func activeKey(_ id: KeyIdentifier, for purpose: KeyPurpose, at time: Timestamp) -> KeyRecord? {
        state.activeKey(id, for: purpose, at: time)
    }

    /// Why a key is not good for a purpose at a moment, in words, its owner's standing included; `nil` where it is.
    package func reasonAgainst(_ key: KeyRecord, for purpose: KeyPurpose, at time: Timestamp) -> String? {
        key.reasonAgainst(purpose, at: time) ?? state.reasonAgainst(key.id.code)
    }

    /// The nodes that stand above a code, the nearest first.
    package func superiors(of code: IdentificationCode) -> [IdentificationCode] { state.superiors(of: code) }

    /// Whether a code is active and nothing above it suspended or retired.
    package func isActive(_ code: IdentificationCode) -> Bool { state.isActive(code) }

    /// Why a code may do nothing, in words; `nil` where it may.
    package func reasonAgainst(_ code: IdentificationCode) -> String? { state.reasonAgainst(code) }

    /// The next sequence number a key must use.
    package func nextSequence(_ key: KeyIdentifier) -> UInt64 { state.nextSequence(of: key) }
}

// MARK: - Datasets, policies, anchors

extension LedgerView {
    /// A dataset that is offered now.
    package func dataset(_ identifier: DatasetIdentifier) -> Dataset? {
        guard let record = state.dataset(identifier), record.isPublished else { return nil }
        return record.dataset
    }

    package func datasetRecord(_ identifier: DatasetIdentifier) -> DatasetRecord? { state.dataset(identifier) }

    /// All datasets ever published, by identifier.
    package var datasetRecords: [DatasetRecord] {
        state.datasets.values.sorted { $0.dataset.identifier < $1.dataset.identifier }
    }

    /// The datasets offered now, by identifier.
    package var datasets: [Dataset] { datasetRecords.filter(\.isPublished).map(\.dataset) }

    /// The policies in force for a dataset at a moment, which is not before the view's own; of a provider that is not
    /// active there are none.
    ///
    /// Policies come into force and end at their times without a block's coming, so whoever decides asks by its clock.
    package func policies(for dataset: DatasetIdentifier, at time: Timestamp) -> PolicySet {
        library.policies(for: dataset, at: max(time, self.time), in: state)
    }

    /// The policies in force for a dataset in the view's own moment.
    package func policies(for dataset: DatasetIdentifier) -> PolicySet { policies(for: dataset, at: time) }

    /// The names of the datasets that a city, or a unit of it, publishes and shares with somebody for reading at a moment,
    /// which is not before the view's own; in order, each once.
    package func shares(of city: IdentificationCode, with reader: IdentificationCode, at time: Timestamp) -> [String] {
        library.shares(of: city, with: reader, at: max(time, self.time), in: state)
    }

    /// The same for every city that shares anything with a reader.
    package func shares(with reader: IdentificationCode, at time: Timestamp) -> [IdentificationCode: [String]] {
        var shares: [IdentificationCode: [String]] = [:]
        for city in state.datasetsOfCity.keys {
            let names = library.shares(of: city, with: reader, at: max(time, self.time), in: state, isKept: false)
            shares[city] = names.isEmpty ? nil : names
        }
        return shares
    }

    /// The policies about a dataset that are in force at a moment, not before the view's own, or agreed to come into force
    /// later, by hash; of a provider that is not active there are none.
    package func agreedPolicies(for dataset: DatasetIdentifier, at time: Timestamp) -> [PolicyRecord] {
        guard state.isActive(dataset.provider) else { return [] }
        return state.policiesAbout(dataset, at: max(time, self.time)).filter { $0.decision == .agreed }
            .sorted { $0.hash < $1.hash }
    }

    package func policy(_ hash: PolicyHash) -> PolicyRecord? { state.policy(hash) }

    /// All policies ever proposed, by hash.
    package var policies: [PolicyRecord] { state.policies.values.sorted { $0.hash < $1.hash } }

    /// The policies that wait for more keys.
    package var proposals: [PolicyRecord] { policies.filter { $0.status(at: time) == .proposed } }

    /// A change that waits for keys to agree, by its hash.
    package func change(_ hash: PolicyHash) -> ChangeRecord? { state.change(hash) }

    /// The change that waits because a signed transaction asked for it.
    package func change(askedBy jws: [UInt8]) -> ChangeRecord? {
        guard let transaction = try? Transaction(parsing: jws) else { return nil }
        return state.change(ChangeRecord.hash(of: transaction.body))
    }

    /// The changes of a code that wait for keys to agree, oldest first.
    package func changes(of code: IdentificationCode) -> [ChangeRecord] { state.changes(of: code) }

    /// How many `policy` keys must agree to a change.
    package func needed(for change: ChangeRecord) -> Int { state.needed(for: change, at: time) }

    /// What was anchored last of a receipt log.
    package func anchor(_ origin: String) -> AnchorRecord? { state.anchor(origin) }

    /// What was anchored last of every receipt log, by origin.
    package var anchors: [AnchorRecord] { state.anchors.values.sorted { $0.origin < $1.origin } }
}
