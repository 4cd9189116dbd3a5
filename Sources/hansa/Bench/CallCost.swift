/// Processor time of this thread for one call of something short.
enum CallCost {
    /// Nanoseconds of one call: the median of 31 runs, each long enough for the clock.
    static func median(_ body: () throws -> Void) rethrows -> UInt64 {
        var repeats: UInt64 = 1
        while try time(repeats, body) < 2_000_000 { repeats *= 2 }
        let runs = try (0..<31).map { _ in try time(repeats, body) }.sorted()
        return runs[runs.count / 2] / repeats
    }

    private static func time(_ repeats: UInt64, _ body: () throws -> Void) rethrows -> UInt64 {
        let start = ThreadClock.nanoseconds
        for _ in 0..<repeats { try body() }
        return ThreadClock.nanoseconds - start
    }
}
