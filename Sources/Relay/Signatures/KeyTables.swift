package import CityIdentity
import Dispatch
import Synchronization

/// Verifies signatures, those of the keys that sign most with tables, which are made aside.
///
/// Bounded: so many keys are counted, and for so few there are tables; one gives way to another only when it has not
/// been used for a while. A table is of the key's own bytes and says nothing of whether the key is good: that is asked of
/// the ledger each time.
package final class KeyTables: Sendable {
    private struct Entry {
        /// Good signatures since the key is counted.
        var uses = 0
        var isAsked = false
        var table: ES256Table?
        var usedAt: Timestamp
    }

    private let entries = Mutex<[PublicKey: Entry]>([:])
    private let threshold: Int
    private let limit: Int
    /// Makes one table after the other, with what time others leave.
    private let queue = DispatchQueue(label: "hansa.key-tables", qos: .utility)

    /// Keys that are counted.
    private static let countedLimit = 1024
    /// For how many seconds a table is kept without use where others want its place.
    private static let idle: Int64 = 60

    /// - Parameters:
    ///   - threshold: good signatures after which a table pays: it costs about as much time as so many of them.
    ///   - limit: tables at most, each of 150 KiB.
    package init(threshold: Int = 512, limit: Int = 64) {
        self.threshold = threshold
        self.limit = limit
    }

    /// Tables that are made.
    package var count: Int { self.entries.withLock { $0.values.count { $0.table != nil } } }

    package func isValidSignature(
        _ signature: [UInt8], for message: [UInt8], by key: PublicKey, now: Timestamp
    ) -> Bool {
        guard key.algorithm == .es256 else { return key.isValidSignature(signature, for: message) }
        let table = self.entries.withLock { entries -> ES256Table? in
            guard let index = entries.index(forKey: key), entries.values[index].table != nil else { return nil }
            entries.values[index].usedAt = now
            return entries.values[index].table
        }
        if let table { return table.isValidSignature(signature, for: message) }
        guard key.isValidSignature(signature, for: message) else { return false }
        if self.count(key, now: now) { self.queue.async { self.makeTable(of: key) } }
        return true
    }

    /// Counts a good signature, and says whether a table is to be made now.
    private func count(_ key: PublicKey, now: Timestamp) -> Bool {
        self.entries.withLock { entries in
            if entries[key] == nil, entries.count >= Self.countedLimit {
                entries = entries.filter { $0.value.isAsked }
            }
            var entry = entries[key] ?? Entry(usedAt: now)
            entry.uses += 1
            entry.usedAt = now
            defer { entries[key] = entry }
            guard entry.uses >= self.threshold, !entry.isAsked else { return false }
            if entries.values.count(where: \.isAsked) >= self.limit {
                let oldest = entries.filter { $0.value.isAsked }.min { $0.value.usedAt < $1.value.usedAt }
                guard let oldest, oldest.value.table != nil, oldest.value.usedAt.adding(seconds: Self.idle) < now
                else {
                    entry.uses = 0
                    return false
                }
                entries[oldest.key] = nil
            }
            entry.isAsked = true
            return true
        }
    }

    private func makeTable(of key: PublicKey) {
        let table = ES256Table(key)
        // Where there is none, the key is counted anew.
        self.entries.withLock { entries in
            if let table { entries[key]?.table = table } else { entries[key] = nil }
        }
    }
}
