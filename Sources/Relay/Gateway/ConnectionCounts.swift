import CityIdentity
import Synchronization

/// How many connections each key has open.
final class ConnectionCounts: Sendable {
    private let counts = Mutex<[KeyIdentifier: Int]>([:])

    /// Counts one more, unless there are as many as may be.
    func add(_ key: KeyIdentifier, limit: Int) -> Bool {
        self.counts.withLock { counts in
            guard counts[key, default: 0] < limit else { return false }
            counts[key, default: 0] += 1
            return true
        }
    }

    func remove(_ key: KeyIdentifier) {
        self.counts.withLock { counts in
            guard let count = counts[key] else { return }
            counts[key] = count > 1 ? count - 1 : nil
        }
    }
}
