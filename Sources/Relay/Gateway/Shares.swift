import Synchronization

/// How many of something each key holds at the moment, and none more than its share.
///
/// Bounded by what there is to hold: a key that holds nothing takes no room.
final class Shares<Key: Hashable & Sendable>: Sendable {
    private let held = Mutex<(of: [Key: Int], total: Int)>(([:], 0))
    private let share: Int

    init(of share: Int) {
        self.share = share
    }

    /// Takes one more; `false` where the key holds its share already.
    func take(_ key: Key) -> Bool {
        self.held.withLock { held in
            guard held.of[key, default: 0] < self.share else { return false }
            held.of[key, default: 0] += 1
            held.total += 1
            return true
        }
    }

    /// Whether the key holds less than half of what a key holds on average.
    func holdsLittle(_ key: Key) -> Bool {
        self.held.withLock { held in 2 * held.of[key, default: 0] * held.of.count < held.total }
    }

    func giveBack(_ key: Key) {
        self.held.withLock { held in
            guard let count = held.of[key] else { return }
            held.of[key] = count > 1 ? count - 1 : nil
            held.total -= 1
        }
    }
}
