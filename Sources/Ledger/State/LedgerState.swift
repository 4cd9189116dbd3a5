internal import CityIdentity
internal import HashTreeCollections
internal import SharingPolicy
internal import StrictJSON
internal import TransparencyLog

/// Everything the transactions so far amount to: a value, computed from leaves alone.
///
/// No clock, no I/O, no chance: the same leaves give the same state, here, in another process and in ten years. Copies
/// share what they have in common, so keeping an old state costs only what has changed since.
package struct LedgerState: Sendable {
    package private(set) var network: NetworkRecord?
    private(set) var identities: TreeDictionary<IdentificationCode, IdentityRecord> = [:]
    private(set) var applications: TreeDictionary<ApplicationRecord.ID, ApplicationRecord> = [:]
    private(set) var keys: TreeDictionary<KeyIdentifier, KeyRecord> = [:]
    private(set) var datasets: TreeDictionary<DatasetIdentifier, DatasetRecord> = [:]
    private(set) var policies: TreeDictionary<PolicyHash, PolicyRecord> = [:]
    private(set) var changes: TreeDictionary<PolicyHash, ChangeRecord> = [:]
    private(set) var anchors: TreeDictionary<String, AnchorRecord> = [:]
    /// How many transactions each key has had recorded.
    private(set) var sequences: TreeDictionary<KeyIdentifier, UInt64> = [:]
    /// The entries as a Merkle trie, as of the last sealed block.
    private(set) var tree = StateTree()

    /// Derived: whose a public key is.
    ///
    /// No public key ever stands under two ids.
    private(set) var owners: TreeDictionary<PublicKey, KeyIdentifier> = [:]
    /// Derived: when the policies that were agreed to and speak of a dataset hold, by hash.
    ///
    /// With those that have ended since anyone proposed one for the dataset last.
    private(set) var policyTerms: TreeDictionary<DatasetIdentifier, [PolicyTerm]> = [:]
    /// Derived: the policies proposed or agreed to that speak of a dataset, with those that have ended since.
    private(set) var policiesAbout: TreeDictionary<DatasetIdentifier, Set<PolicyHash>> = [:]
    /// Derived: the datasets that the nodes of a city publish now.
    private(set) var datasetsOfCity: TreeDictionary<IdentificationCode, Set<DatasetIdentifier>> = [:]
    /// How many records of identities, datasets and policies were set: two states of one chain that agree in it share alike.
    private(set) var sharingVersion: UInt64 = 0
    /// The place on the log of the leaf that is executed.
    var leaf: UInt64 = 0
    /// The entries that changed since the last sealed block.
    private var touched: Set<StateKey> = []

    package init() {}
}

// MARK: - Changes

extension LedgerState {
    mutating func set(_ record: NetworkRecord) {
        network = record
        touched.insert(.network)
    }

    mutating func set(_ record: IdentityRecord) {
        identities[record.code] = record
        sharingVersion += 1
        touched.insert(.identity(record.code))
    }

    mutating func set(_ record: ApplicationRecord) {
        applications[record.id] = record
        touched.insert(.application(record.id))
    }

    mutating func remove(_ record: ApplicationRecord) {
        applications[record.id] = nil
        touched.insert(.application(record.id))
    }

    mutating func set(_ record: KeyRecord) {
        keys[record.id] = record
        owners[record.publicKey] = record.id
        touched.insert(.key(record.id))
    }

    mutating func set(_ record: DatasetRecord) {
        datasets[record.dataset.identifier] = record
        index(record)
        touched.insert(.dataset(record.dataset.identifier))
    }

    mutating func set(_ record: PolicyRecord) {
        policies[record.hash] = record
        touched.insert(.policy(record.hash))
        index(record)
    }

    private mutating func index(_ record: DatasetRecord) {
        let dataset = record.dataset.identifier
        sharingVersion += 1
        if record.isPublished {
            datasetsOfCity[dataset.provider.city, default: []].insert(dataset)
        } else {
            datasetsOfCity[dataset.provider.city]?.remove(dataset)
        }
    }

    private mutating func index(_ record: PolicyRecord) {
        sharingVersion += 1
        for target in record.targets {
            var terms = policyTerms[target] ?? []
            terms.removeAll { $0.hash == record.hash }
            if let term = record.term {
                terms.insert(term, at: terms.firstIndex { term.hash < $0.hash } ?? terms.count)
            }
            policyTerms[target] = terms.isEmpty ? nil : terms
            if record.decision == .proposed || record.decision == .agreed {
                policiesAbout[target, default: []].insert(record.hash)
            } else {
                policiesAbout[target]?.remove(record.hash)
            }
        }
    }

    /// Forgets of a dataset's policies those that have ended; what has ended by a block's time never holds again.
    mutating func forgetEnded(_ dataset: DatasetIdentifier, at time: Timestamp) {
        policyTerms[dataset]?.removeAll { $0.until <= time }
        policiesAbout[dataset] = policiesAbout[dataset]?.filter { policies[$0]?.isOpen(at: time) ?? false }
    }

    mutating func set(_ record: ChangeRecord) {
        changes[record.hash] = record
        touched.insert(.change(record.hash))
    }

    mutating func removeChange(_ hash: PolicyHash) {
        changes[hash] = nil
        touched.insert(.change(hash))
    }

    mutating func set(_ record: AnchorRecord) {
        anchors[record.origin] = record
        touched.insert(.anchor(record.origin))
    }

    mutating func advanceSequence(of key: KeyIdentifier) {
        sequences[key, default: 0] += 1
        touched.insert(.sequence(key))
    }

    /// Takes up what changed into the tree, and says what the store must set and remove.
    mutating func seal() -> [StateChange] {
        let changes = touched.map { StateChange(key: $0.text, value: value(of: $0)) }
        tree = tree.applying(changes.map { StateTree.Change(key: $0.key, value: $0.value) })
        touched = []
        return changes
    }

    /// The bytes that stand for an entry in store and tree.
    func value(of key: StateKey) -> [UInt8]? {
        switch key {
        case .network: network?.json.bytes
        case .identity(let code): identities[code]?.json.bytes
        case .application(let id): applications[id]?.json.bytes
        case .key(let id): keys[id]?.json.bytes
        case .sequence(let id): sequences[id].map { Array(String($0).utf8) }
        case .dataset(let dataset): datasets[dataset]?.json.bytes
        case .policy(let hash): policies[hash]?.json.bytes
        case .change(let hash): changes[hash]?.json.bytes
        case .anchor(let origin): anchors[origin]?.json.bytes
        }
    }
}

// MARK: - Restoring

extension LedgerState {
    /// Takes an entry up as it was stored; nothing is changed by it.
    mutating func take(_ record: StateRecord) {
        switch record {
        case .network(let record): network = record
        case .identity(let record): identities[record.code] = record
        case .application(let record): applications[record.id] = record
        case .key(let record):
            keys[record.id] = record
            owners[record.publicKey] = record.id
        case .sequence(let key, let count): sequences[key] = count
        case .dataset(let record):
            datasets[record.dataset.identifier] = record
            index(record)
        case .policy(let record):
            policies[record.hash] = record
            index(record)
        case .change(let record): changes[record.hash] = record
        case .anchor(let record): anchors[record.origin] = record
        }
    }

    mutating func restoreTree(_ tree: StateTree) { self.tree = tree }
}
