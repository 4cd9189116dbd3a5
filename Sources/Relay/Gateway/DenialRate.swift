import CityIdentity
import Synchronization

/// How many requests whose signature did not verify leave a receipt of their denial: so many a minute for each city.
///
/// Whoever has a connection could fill the store of receipts for good otherwise; what is over the rate is answered, logged
/// and counted all the same. Bounded by the cities that have connections, and begun anew every minute.
final class DenialRate: Sendable {
    private let taken = Mutex<(minute: Int64, of: [IdentificationCode: Int])>((0, [:]))
    private let limit: Int

    init(perMinute limit: Int) {
        self.limit = limit
    }

    /// Whether one more may leave a receipt.
    func take(_ city: IdentificationCode, now: Timestamp) -> Bool {
        let minute = now.seconds / 60
        return self.taken.withLock { taken in
            if taken.minute != minute { taken = (minute, [:]) }
            taken.of[city, default: 0] += 1
            return taken.of[city, default: 0] <= self.limit
        }
    }
}
