import HTTPTypes
import NIOCore
import Synchronization

/// How often one address may ask for what costs the node much, whoever asks: a burst, and then so many a second.
///
/// A submitted transaction costs a check of a signature, a list a look at all that stands on the ledger. The table is bounded: where it is full of
/// addresses that are busy, those that are not in it share one allowance.
final class AddressRate: Sendable {
    private struct Allowance {
        var tokens: Double
        var updated: ContinuousClock.Instant
    }
    private let table = Mutex<[String: Allowance]>([:])
    private let burst: Double
    private let perSecond: Double
    private let limit: Int

    init(burst: Int = 100, perSecond: Double = 20, addresses limit: Int = 4_096) {
        self.burst = Double(burst)
        self.perSecond = perSecond
        self.limit = limit
    }

    /// Takes one request off an address's allowance.
    ///
    /// Throws what to answer where there is none left; `what` says of which requests there were too many.
    func spend(from address: SocketAddress?, on what: String) throws(ProblemAnswer) {
        guard let seconds = take(from: address) else { return }
        throw ProblemAnswer(
            .tooManyRequests, "too-many-requests", title: "Too many requests",
            detail: "this address has \(what); try again in \(seconds) s", retryAfter: seconds)
    }

    /// Takes one request off an address's allowance.
    ///
    /// Answers after how many seconds there is one again, where there is none now; otherwise `nil`.
    func take(from address: SocketAddress?, at now: ContinuousClock.Instant = .now) -> Int? {
        let key = address?.subscriber ?? "local"
        return table.withLock { table in
            var name = key
            if table[name] == nil, table.count >= limit {
                table = table.filter { allowance(of: $0.value, at: now) < burst }
                if table.count >= limit { name = "others" }
            }
            let tokens = table[name].map { allowance(of: $0, at: now) } ?? burst
            table[name] = Allowance(tokens: max(tokens - 1, 0), updated: now)
            guard tokens < 1 else { return nil }
            table[name]?.tokens = tokens
            return max(Int(((1 - tokens) / perSecond).rounded(.up)), 1)
        }
    }

    private func allowance(of entry: Allowance, at now: ContinuousClock.Instant) -> Double {
        let passed = entry.updated.duration(to: now) / .seconds(1)
        return min(burst, entry.tokens + passed * perSecond)
    }
}
