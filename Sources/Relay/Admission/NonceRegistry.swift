package import AccessReceipts
package import CityIdentity
import Synchronization

/// The nonces that signatures used, each as long as its signature lives.
///
/// Bounded: when it is full of living nonces, nothing more is let in rather than something forgotten.
package final class NonceRegistry: Sendable {
    /// What came of showing a nonce.
    package enum Outcome: Hashable, Sendable { case fresh, replayed, full }

    private struct Use: Hashable {
        let key: [UInt8]
        let nonce: [UInt8]
    }

    private struct Shard {
        var living: [Use: Timestamp] = [:]
        /// What to forget when, by the second after which it may be forgotten.
        var bySecond: [Int64: [Use]] = [:]
        var forgottenUntil: Int64 = .min
    }

    private final class ShardBox: Sendable {
        let shard = Mutex(Shard())
    }

    private let shards: [ShardBox]
    private let limit: Int

    /// - Parameter limit: living nonces in all.
    package init(limit: Int, shardCount: Int = 16) {
        self.shards = (0..<max(1, shardCount)).map { _ in ShardBox() }
        self.limit = max(1, limit / max(1, shardCount))
    }

    /// Uses a nonce up.
    package func use(_ record: NonceRecord, now: Timestamp) -> Outcome {
        let use = Use(key: Array(record.key.utf8), nonce: Array(record.nonce.utf8))
        let index = Int(UInt(bitPattern: use.hashValue) % UInt(self.shards.count))
        return self.shards[index].shard.withLock { shard in
            Self.forget(&shard, now: now)
            if shard.living[use] != nil { return .replayed }
            guard shard.living.count < self.limit else { return .full }
            shard.living[use] = record.expires
            shard.bySecond[record.expires.seconds, default: []].append(use)
            return .fresh
        }
    }

    /// Living nonces.
    package var count: Int { self.shards.reduce(0) { $0 + $1.shard.withLock { $0.living.count } } }

    private static func forget(_ shard: inout Shard, now: Timestamp) {
        // A nonce may go once the second of its end is over: a replay is then refused by its age.
        guard shard.forgottenUntil < now.seconds else { return }
        for second in shard.bySecond.keys where second < now.seconds {
            for use in shard.bySecond.removeValue(forKey: second) ?? [] { shard.living[use] = nil }
        }
        shard.forgottenUntil = now.seconds
    }
}
