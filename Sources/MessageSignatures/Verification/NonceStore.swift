internal import Crypto
internal import Synchronization

/// Remembers nonces while a signature that carries them could be accepted again (RFC 9421 section 7.2.2).
public protocol NonceStore: Sendable {
    /// Remembers a nonce unless it is remembered already; the two must be one step. `now` is in POSIX seconds.
    func claim(_ record: NonceRecord, at now: Int64) -> NonceClaim
}

/// What a store says about a nonce.
public enum NonceClaim: Sendable, Hashable {
    /// It is new and now remembered.
    case fresh
    /// It is remembered already.
    case reused
    /// It is new, and there is no room for it.
    case full
}

/// A nonce under a key, as 16 bytes of a digest, and until when it must be remembered.
public struct NonceRecord: Sendable, Hashable {
    /// The digest's first eight bytes.
    public let high: UInt64
    /// The eight that follow.
    public let low: UInt64
    /// The last moment, in POSIX seconds, at which the nonce could be accepted again.
    public let expires: Int64

    /// The record of a nonce.
    public init(keyID: String, nonce: String, expires: Int64) {
        var hasher = SHA256()
        // The length keeps the two texts from running into one another.
        hasher.update(data: Array("\(keyID.utf8.count):".utf8))
        hasher.update(data: Array(keyID.utf8))
        hasher.update(data: Array(nonce.utf8))
        let digest = Array(hasher.finalize())
        self.init(
            high: digest[..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }, expires: expires)
    }

    /// A record that was kept elsewhere.
    public init(high: UInt64, low: UInt64, expires: Int64) {
        self.high = high
        self.low = low
        self.expires = expires
    }
}

/// Remembers at most so many nonces in memory, and says when there is no room.
///
/// To keep them across a restart, give `onClaim` a function that stores each record, and hand what it stored to
/// `restoring`: it runs before the claim is answered, so nothing is accepted that is not stored.
public final class BoundedNonceStore: NonceStore {
    private struct Fingerprint: Hashable {
        let high: UInt64
        let low: UInt64
    }

    private struct State {
        var expiries: [Fingerprint: Int64] = [:]
        /// What expires within one span of time, and the spans in ascending order.
        var spans: [Int64: [Fingerprint]] = [:]
        var order: [Int64] = []
    }

    /// Nonces whose expiry falls within so many seconds are forgotten together.
    private static let spanLength: Int64 = 8
    /// How many a single claim forgets, so that no claim waits for a long tidying-up.
    private static let forgottenPerClaim = 16

    private let state = Mutex(State())
    private let capacity: Int
    private let onClaim: (@Sendable (NonceRecord) -> Void)?

    /// A store of at most `capacity` nonces.
    public init(
        capacity: Int, restoring records: [NonceRecord] = [], onClaim: (@Sendable (NonceRecord) -> Void)? = nil
    ) {
        self.capacity = capacity
        self.onClaim = onClaim
        state.withLock { state in
            for record in records.prefix(capacity) { Self.remember(record, in: &state) }
        }
    }

    /// Remembers a nonce unless it is remembered already.
    public func claim(_ record: NonceRecord, at now: Int64) -> NonceClaim {
        let claim = state.withLock { state in
            Self.forget(Self.forgottenPerClaim, before: now, in: &state)
            let known = state.expiries[Fingerprint(high: record.high, low: record.low)]
            if let known, known >= now { return NonceClaim.reused }
            if known == nil, state.expiries.count >= capacity {
                Self.forget(.max, before: now, in: &state)
                guard state.expiries.count < capacity else { return .full }
            }
            Self.remember(record, in: &state)
            return .fresh
        }
        if claim == .fresh { onClaim?(record) }
        return claim
    }

    /// The nonces that are remembered, in no order.
    public var records: [NonceRecord] {
        state.withLock { state in
            state.expiries.map { NonceRecord(high: $0.key.high, low: $0.key.low, expires: $0.value) }
        }
    }

    private static func remember(_ record: NonceRecord, in state: inout State) {
        let fingerprint = Fingerprint(high: record.high, low: record.low)
        state.expiries[fingerprint] = record.expires
        let span = record.expires / spanLength
        if state.spans[span] == nil {
            let index = state.order.firstIndex { $0 > span } ?? state.order.endIndex
            state.order.insert(span, at: index)
        }
        state.spans[span, default: []].append(fingerprint)
    }

    /// Forgets up to `count` nonces of spans that are wholly past.
    private static func forget(_ count: Int, before now: Int64, in state: inout State) {
        var left = count
        while left > 0, let span = state.order.first, span < now / spanLength {
            guard let fingerprint = state.spans[span]?.popLast() else {
                state.spans[span] = nil
                state.order.removeFirst()
                continue
            }
            // One that was claimed again after its expiry is remembered in a later span.
            if let expires = state.expiries[fingerprint], expires / spanLength <= span {
                state.expiries[fingerprint] = nil
            }
            left -= 1
        }
    }
}
