#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A moment in UTC to the millisecond, written as RFC 3339 writes it.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let milliseconds: Int64

    /// The first moment that RFC 3339 can write.
    package static let earliest = Timestamp(unchecked: -62_167_219_200_000)
    /// The last moment that RFC 3339 can write.
    package static let latest = Timestamp(unchecked: 253_402_300_799_999)

    private init(unchecked milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Makes a moment; one outside the years 0 to 9999 becomes the nearest inside.
    package init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.earliest.milliseconds), Self.latest.milliseconds)
    }

    /// Makes a moment of whole seconds since 1970.
    package init(seconds: Int64) {
        self.init(
            milliseconds: seconds.multipliedReportingOverflow(by: 1000).overflow
                ? (seconds < 0 ? .min : .max) : seconds * 1000)
    }

    /// Seconds since 1970, rounded down.
    package var seconds: Int64 { (milliseconds - Self.positiveRemainder(milliseconds, 1000)) / 1000 }

    /// The moment that many milliseconds later, within the years 0 to 9999.
    package func adding(milliseconds other: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(other)
        return Timestamp(milliseconds: overflow ? (other < 0 ? .min : .max) : sum)
    }

    /// The moment that many seconds later, within the years 0 to 9999.
    package func adding(seconds: Int64) -> Timestamp {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return adding(milliseconds: overflow ? (seconds < 0 ? .min : .max) : product)
    }

    /// How many milliseconds this moment lies after another.
    package func milliseconds(since other: Timestamp) -> Int64 { milliseconds - other.milliseconds }

    /// The moment without its fraction of a second.
    package var wholeSecond: Timestamp { Timestamp(seconds: seconds) }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// The system's clock, for the edges of the program; everything pure is handed a moment.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    static func positiveRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
