import Histogram
import NIOCore

/// One answer: its status, 0 where none came whole, the bytes of its content, and the receipt that it names.
struct LoadAnswer: Sendable {
    var status = 0
    var bytes: UInt64 = 0
    var receipt: String?

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// When a request should have left, and when it did.
struct LoadMoments: Sendable {
    let due: NIODeadline
    /// It was handed to a connection that could take it.
    let left: NIODeadline
}

/// What came of the requests of a run.
struct LoadTally: Sendable {
    /// Times from when a request was due until its last byte came, in microseconds: waiting for a free connection
    /// counts, so that a stall is not hidden by requests that it kept from leaving (coordinated omission).
    private(set) var latency = Histogram<UInt64>(
        highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three)
    /// The part of it that came after the request had left: without what it waited for a free connection or stream.
    private(set) var answering = Histogram<UInt64>(
        highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: .three)
    private(set) var completed: UInt64 = 0
    private(set) var contentBytes: UInt64 = 0
    /// Answers other than 2xx and requests without an answer, by what happened.
    private(set) var errors: [String: UInt64] = [:]

    /// Ids of the receipts of answers 2xx, where they are noted.
    private(set) var receipts: [String] = []

    var failed: UInt64 { errors.values.reduce(0, +) }

    mutating func answered(_ answer: LoadAnswer, of request: LoadMoments, at now: NIODeadline) {
        guard answer.isSuccess else { return failed("status \(answer.status)") }
        completed += 1
        contentBytes += answer.bytes
        latency.record(Self.microseconds(now - request.due))
        answering.record(Self.microseconds(now - request.left))
    }

    private static func microseconds(_ time: TimeAmount) -> UInt64 {
        min(UInt64(max(0, time.nanoseconds)) / 1000, 60_000_000)
    }

    mutating func note(receipt: String) { receipts.append(receipt) }

    /// Counts under at most 32 names.
    mutating func failed(_ reason: String) {
        errors[errors.count < 32 || errors[reason] != nil ? reason : "other", default: 0] += 1
    }

    mutating func add(_ other: LoadTally) {
        latency.add(other.latency)
        answering.add(other.answering)
        completed += other.completed
        contentBytes += other.contentBytes
        receipts += other.receipts
        errors.merge(other.errors, uniquingKeysWith: +)
    }
}
