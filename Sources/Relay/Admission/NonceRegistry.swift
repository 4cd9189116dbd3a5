package import AccessReceipts
package import CityIdentity
import Synchronization

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

    fileprivate struct Use: Hashable {
        let key: [UInt8]
        let nonce: [UInt8]
    }

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
        let use = Use(record)
        return self.withShard(of: use) { shard in
            if shard.living[use] != nil { return .replayed }
            guard record.expires > shard.forgotten else { return .forgotten }
            guard self.take(city) else { return .full }
            shard.keep(use, of: city, until: record.expires)
            return .fresh
        }
    }

    /// Takes up what was used before, whatever its number: it was bounded when it was used.
    /// - Parameter forgotten: the latest end of what is no longer known.
    package func recall(_ records: [(record: NonceRecord, city: IdentificationCode)], forgotten: Timestamp?) {
        for (record, city) in records {
            let use = Use(record)
            self.withShard(of: use) { shard in
                guard shard.living[use] == nil else { return }
                self.held.withLock { $0.add(1, of: city) }
                shard.keep(use, of: city, until: record.expires)
            }
        }
        guard let forgotten else { return }
        for box in self.shards { box.shard.withLock { $0.forgotten = max($0.forgotten, forgotten) } }
    }

    /// Living nonces.
    package var count: Int { self.held.withLock { $0.total } }

    private func withShard<Result>(of use: Use, _ body: (inout Shard) -> Result) -> Result {
        let index = Int(UInt(bitPattern: use.hashValue) % UInt(self.shards.count))
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

extension NonceRegistry.Use {
    fileprivate init(_ record: NonceRecord) {
        self.init(key: Array(record.key.utf8), nonce: Array(record.nonce.utf8))
    }
}

extension NonceRegistry.Shard {
    fileprivate mutating func keep(_ use: NonceRegistry.Use, of city: IdentificationCode, until end: Timestamp) {
        self.living[use] = city
        self.bySecond[end.seconds, default: []].append(use)
    }
}

extension NonceRegistry.Count {
    fileprivate mutating func add(_ number: Int, of city: IdentificationCode) {
        self.total += number
        let count = self.ofCities[city, default: 0] + number
        self.ofCities[city] = count > 0 ? count : nil
    }
}
