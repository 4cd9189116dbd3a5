internal import CityIdentity
internal import HashTreeCollections
internal import StrictJSON

extension LedgerState {
    /// Puts a state together from its entries; the tree's root tells whether they are all and unchanged.
    ///
    /// Reading them is most of what a start costs, so all cores do.
    static func reading(_ entries: [(key: String, value: [UInt8])]) async throws(LedgerError) -> LedgerState {
        try checkRules(entries)
        let chunk = 2_048
        do {
            return try await withThrowingTaskGroup(of: [StoredEntry].self) { group in
                for start in stride(from: 0, to: entries.count, by: chunk) {
                    let part = entries[start..<min(start + chunk, entries.count)]
                    group.addTask { try part.map { try StoredEntry($0.key, $0.value) } }
                }
                var state = LedgerState()
                var changes: [StateTree.Change] = []
                changes.reserveCapacity(entries.count)
                for try await part in group {
                    for entry in part {
                        state.take(entry.record)
                        changes.append(entry.change)
                    }
                }
                state.restoreTree(StateTree().applying(changes))
                return state
            }
        } catch let error as LedgerError { throw error } catch {
            throw LedgerError(.storage, "the state was not read to its end", cause: error)
        }
    }

    /// Says of a ledger of other rules that it is one, rather than of some entry that it is none.
    private static func checkRules(_ entries: [(key: String, value: [UInt8])]) throws(LedgerError) {
        guard let network = entries.first(where: { $0.key == StateKey.network.text }),
            let version = (try? JSONValue(parsing: network.value, limits: .state))?["version"]?.int,
            version != NetworkGenesis.currentVersion
        else { return }
        throw LedgerError(
            .storage,
            "the ledger keeps the rules of version \(version), and this program those of \(NetworkGenesis.currentVersion)"
        )
    }
}

/// An entry of the state as it was stored, read.
private struct StoredEntry: Sendable {
    let record: StateRecord
    let change: StateTree.Change

    init(_ key: String, _ bytes: [UInt8]) throws(LedgerError) {
        do { record = try StateRecord(key, JSONValue(parsing: bytes, limits: .state)) } catch {
            throw LedgerError(.corrupted, "the state's entry `\(key)` is not one", cause: error)
        }
        change = StateTree.Change(key: key, value: bytes)
    }
}

/// What an entry of the state holds.
enum StateRecord: Sendable {
    case network(NetworkRecord)
    case identity(IdentityRecord)
    case application(ApplicationRecord)
    case key(KeyRecord)
    case sequence(KeyIdentifier, UInt64)
    case dataset(DatasetRecord)
    case policy(PolicyRecord)
    case change(ChangeRecord)
    case anchor(AnchorRecord)

    init(_ key: String, _ value: JSONValue) throws {
        let (kind, name) = StateKey.split(key)
        switch kind {
        case "network": self = .network(try NetworkRecord(json: value))
        case "identity": self = .identity(try IdentityRecord(json: value))
        case "application": self = .application(try ApplicationRecord(json: value))
        case "key": self = .key(try KeyRecord(json: value))
        case "sequence":
            guard case .number(let number) = value, let count = number.uint64 else {
                throw LedgerError(.corrupted, "a sequence number is none")
            }
            self = .sequence(try KeyIdentifier(name), count)
        case "dataset": self = .dataset(try DatasetRecord(json: value))
        case "policy": self = .policy(try PolicyRecord(json: value))
        case "change": self = .change(try ChangeRecord(json: value))
        case "anchor": self = .anchor(try AnchorRecord(json: value))
        default: throw LedgerError(.corrupted, "the state has no entries of that kind")
        }
    }
}

extension JSONLimits {
    /// For entries of the state, which the rules bound and the state's root vouches for: what was written can be read.
    static let state = JSONLimits(size: .max, depth: 64, values: .max)
}
