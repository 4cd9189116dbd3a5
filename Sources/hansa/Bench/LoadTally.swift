import Histogram

/// What came of the requests of a run.
struct LoadTally: Sendable {
    /// Times from when a request was due until its last byte came, in microseconds: waiting for a free connection
    /// counts, so that a stall is not hidden by requests that it kept from leaving (coordinated omission).
    private(set) var latency = Histogram<UInt64>(
        highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three)
    private(set) var completed: UInt64 = 0
    private(set) var contentBytes: UInt64 = 0
    /// Answers other than 2xx and requests without an answer, by what happened.
    private(set) var errors: [String: UInt64] = [:]

    var failed: UInt64 { errors.values.reduce(0, +) }

    mutating func answered(status: Int, bytes: UInt64, microseconds: UInt64) {
        guard (200..<300).contains(status) else { return failed("status \(status)") }
        completed += 1
        contentBytes += bytes
        latency.record(min(microseconds, 60_000_000))
    }

    /// Counts under at most 32 names.
    mutating func failed(_ reason: String) {
        errors[errors.count < 32 || errors[reason] != nil ? reason : "other", default: 0] += 1
    }

    mutating func add(_ other: LoadTally) {
        latency.add(other.latency)
        completed += other.completed
        contentBytes += other.contentBytes
        errors.merge(other.errors, uniquingKeysWith: +)
    }
}
