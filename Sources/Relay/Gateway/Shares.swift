import Synchronization

/// How many of something each key holds at the moment, and none more than its share.
///
/// Bounded by what there is to hold: a key that holds nothing takes no room.
final class Shares<Key: Hashable & Sendable>: Sendable {
    private let held = Mutex<[Key: Int]>([:])
    private let share: Int

    init(of share: Int) {
        self.share = share
    }

    /// Takes one more; `false` where the key holds its share already.
    func take(_ key: Key) -> Bool {
        self.held.withLock { held in
            guard held[key, default: 0] < self.share else { return false }
            held[key, default: 0] += 1
            return true
        }
    }

    func giveBack(_ key: Key) {
        self.held.withLock { held in
            guard let count = held[key] else { return }
            held[key] = count > 1 ? count - 1 : nil
        }
    }
}
