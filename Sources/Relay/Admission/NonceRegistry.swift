package import AccessReceipts
package import CityIdentity
import Synchronization
import TransparencyLog

/// The nonces that signatures used, each as long as its signature lives.
///
/// Bounded, in all and for each city: a city holds at most as many as are free still, so that however many one uses up,
/// others find half of what is left. What lives is never forgotten for room; nothing more is let in instead.
///
/// Forgetting goes by the clock, and clocks are set back. What was forgotten stays refused all the same: the latest end
/// of a forgotten signature is kept, and one that ends no later is refused unless it is known.
package final class NonceRegistry: Sendable {
    /// What came of showing a nonce.
    package enum Outcome: Hashable, Sendable {
        case fresh, replayed
        /// It ends no later than others that were forgotten, and may be one of them.
        case forgotten
        /// There is no room left, or not for this city.
        case full
    }

    /// What stands for a key and a nonce of it, whatever their lengths.
    fileprivate typealias Use = Hash

    fileprivate struct Shard {
        var living: [Use: IdentificationCode] = [:]
        /// What to forget when, by the second after which it may be forgotten.
        var bySecond: [Int64: [Use]] = [:]
        /// The latest end of what was forgotten.
        var forgotten: Timestamp = .earliest
    }

    private final class ShardBox: Sendable {
        let shard = Mutex(Shard())
    }

    /// How many live, in all and of each city.
    fileprivate struct Count {
        var total = 0
        var ofCities: [IdentificationCode: Int] = [:]
    }

    private let shards: [ShardBox]
    private let held = Mutex(Count())
    /// The second in which what had ended was forgotten last.
    private let forgotAt = Atomic<Int64>(.min)
    private let limit: Int

    /// - Parameter limit: living nonces in all.
    package init(limit: Int, shardCount: Int = 16) {
        self.shards = (0..<max(1, shardCount)).map { _ in ShardBox() }
        self.limit = max(1, limit)
    }

    /// Uses a nonce up.
    /// - Parameter city: whose it counts as.
    package func use(_ record: NonceRecord, of city: IdentificationCode, now: Timestamp) -> Outcome {
        if self.forgotAt.exchange(now.seconds, ordering: .relaxed) != now.seconds { self.forget(now: now) }
        let use = Self.use(record)
        return self.withShard(of: use) { shard in
            if shard.living[use] != nil { return .replayed }
            guard record.expires > shard.forgotten else { return .forgotten }
            guard self.take(city) else { return .full }
            _ = shard.keep(use, of: city, until: record.expires)
            return .fresh
        }
    }

    /// Takes up what was used before, whatever its number: it was bounded when it was used.
    ///
    /// A million may be living when a gateway starts: all cores take them up. What is of a key that cannot be read is left
    /// out, since no signature under it is taken either.
    /// - Parameter forgotten: the latest end of what is no longer known.
    package func recall(_ records: [NonceRecord], forgotten: Timestamp?) async {
        let room = records.count / self.shards.count
        for box in self.shards { box.shard.withLock { $0.living.reserveCapacity($0.living.count + room) } }
        let chunk = 16_384
        await withTaskGroup(of: Void.self) { group in
            for start in stride(from: 0, to: records.count, by: chunk) {
                group.addTask { self.recall(records[start..<min(start + chunk, records.count)]) }
            }
        }
        guard let forgotten else { return }
        for box in self.shards { box.shard.withLock { $0.forgotten = max($0.forgotten, forgotten) } }
    }

    private func recall(_ records: ArraySlice<NonceRecord>) {
        // Those of one key mostly come one after the other.
        var (key, city): (String?, IdentificationCode?) = (nil, nil)
        var count = 0
        func countUp() {
            guard count > 0, let city else { return }
            self.held.withLock { $0.add(count, of: city) }
            count = 0
        }
        for record in records {
            if record.key != key {
                countUp()
                (key, city) = (record.key, (try? KeyIdentifier(record.key))?.code.city)
            }
            guard let city else { continue }
            let use = Self.use(record)
            self.withShard(of: use) { shard in
                if shard.keep(use, of: city, until: record.expires) { count += 1 }
            }
        }
        countUp()
    }

    /// Living nonces.
    package var count: Int { self.held.withLock { $0.total } }

    private func withShard<Result>(of use: Use, _ body: (inout Shard) -> Result) -> Result {
        let index = use.withUnsafeBytes { Int($0.loadUnaligned(as: UInt32.self)) % self.shards.count }
        return self.shards[index].shard.withLock { body(&$0) }
    }

    private func take(_ city: IdentificationCode) -> Bool {
        self.held.withLock { held in
            guard held.ofCities[city, default: 0] < self.limit - held.total else { return false }
            held.add(1, of: city)
            return true
        }
    }

    /// Forgets what has ended; whoever is the first in a second does it for all.
    private func forget(now: Timestamp) {
        for box in self.shards {
            box.shard.withLock { shard in
                // A nonce may go once the second of its end is over: a replay is then refused by its age.
                for second in shard.bySecond.keys where second < now.seconds {
                    let gone = shard.bySecond.removeValue(forKey: second) ?? []
                    shard.forgotten = max(shard.forgotten, Timestamp(seconds: second).adding(milliseconds: 999))
                    let cities = gone.compactMap { shard.living.removeValue(forKey: $0) }
                    self.held.withLock { held in for city in cities { held.add(-1, of: city) } }
                }
            }
        }
    }
}

extension NonceRegistry {
    private static func use(_ record: NonceRecord) -> Use {
        let (key, nonce) = (record.key.utf8, record.nonce.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + key.count + nonce.count)
        // Where the key ends, so that no two uses have the same bytes.
        withUnsafeBytes(of: UInt64(key.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: key)
        bytes.append(contentsOf: nonce)
        return Hash(hashing: bytes)
    }
}

extension NonceRegistry.Shard {
    /// - Returns: whether it was not kept already.
    fileprivate mutating func keep(_ use: Hash, of city: IdentificationCode, until end: Timestamp) -> Bool {
        guard self.living.updateValue(city, forKey: use) == nil else { return false }
        self.bySecond[end.seconds, default: []].append(use)
        return true
    }
}

extension NonceRegistry.Count {
    fileprivate mutating func add(_ number: Int, of city: IdentificationCode) {
        self.total += number
        let count = self.ofCities[city, default: 0] + number
        self.ofCities[city] = count > 0 ? count : nil
    }
}
