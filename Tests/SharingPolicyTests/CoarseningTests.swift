import Testing

@testable import SharingPolicy

/// Numbers and times that are passed on less exactly.
@Suite struct CoarseningTests {
    @Test(arguments: [
        ("0.1", "12.345", "12.3"), ("0.1", "-12.345", "-12.4"), ("1", "-0.5", "-1"), ("1", "0.99", "0"),
        ("5", "14", "10"), ("5", "-14", "-15"), ("5", "15", "15"), ("0.25", "3.99", "3.75"), ("10", "1.25e2", "120"),
        ("0.01", "1e-30", "0"), ("0.01", "-1e-30", "-0.01"), ("1", "-0", "0"), ("1", "-0.0", "0"), ("100", "99", "0"),
        ("0.1", "31.2304", "31.2"), ("0.01", "5", "5"), ("0.01", "1.10", "1.1"), ("1", "+7.5", "7"),
        ("1", "123456789012345678901234567890", "123456789012345678901234567890"), ("1", "0e9999", "0"),
        ("1", "1e40", nil), ("1", "x", nil), ("1", "", nil), ("1", "1.", nil), ("1", ".5", nil), ("1", "1e", nil),
        ("1", "0x10", nil), ("1", "--1", nil), ("1", "1 ", nil), ("0.1", "0e4", "0"),
        ("1", "1234567890123456789012345678901234567890", nil),
    ])
    func `numbers go down to a multiple of the step`(step: String, text: String, expected: String?) throws {
        let coarsened = try #require(Step(parsing: step)).coarsened(text.utf8)
        #expect(coarsened.map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(arguments: ["0", "-1", "", "x", "0.0000000000001", "1e20", "1e-13"])
    func `what is no step is none`(text: String) { #expect(Step(parsing: text) == nil) }

    @Test(arguments: [
        ("0.1", "0.01", "0.1"), ("2", "3", "6"), ("0.25", "0.1", "0.5"), ("1", "1", "1"), ("4", "6", "12"),
        ("999999999999999", "999999999999998", nil),
    ])
    func `what two steps leave is what their common multiple leaves`(
        left: String, right: String, expected: String?
    ) throws {
        let (left, right) = (try #require(Step(parsing: left)), try #require(Step(parsing: right)))
        let common = left.common(with: right)
        #expect(common?.description == expected)
        guard let common else { return }
        #expect(common.isMultiple(of: left) && common.isMultiple(of: right))
        for value in stride(from: -40, through: 40, by: 1) {
            let text = "\(Double(value) / 8)"
            let either = left.coarsened(text.utf8).flatMap { common.coarsened($0) }
            #expect(either == common.coarsened(text.utf8), "\(text)")
        }
    }

    @Test(arguments: [
        (
            "2026-11-28T15:18:20.5+08:00", "2026-11-28T15:00:00+08:00", "2026-11-28T00:00:00+08:00",
            "2026-11-01T00:00:00+08:00", "2026-01-01T00:00:00+08:00"
        ),
        (
            "2026-11-28t15:18:20z", "2026-11-28t15:00:00z", "2026-11-28t00:00:00z", "2026-11-01t00:00:00z",
            "2026-01-01t00:00:00z"
        ),
        ("2026-11-28 15:18", "2026-11-28 15:00", "2026-11-28 00:00", "2026-11-01 00:00", "2026-01-01 00:00"),
        ("2026-11-28", "2026-11-28", "2026-11-28", "2026-11-01", "2026-01-01"),
    ])
    func `times go down to the beginning`(text: String, hour: String, day: String, month: String, year: String) {
        for (precision, expected) in zip(TimePrecision.allCases, [hour, day, month, year]) {
            #expect(precision.coarsened(text.utf8).map { String(decoding: $0, as: UTF8.self) } == expected)
        }
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-00-01", "2026-01-32", "2026-01-01T", "2026-01-01T24:00", "2026-01-01T10:60",
        "2026-01-01T10:00:00.Z", "2026-01-01T10:00:00+8", "2026-01-01T10:00:00Zx", "20260101", "2026-01-01x",
        "2026-1-01", "2026-01-01T10:00:00.123456789012345678901234567890123456789012345678901Z",
        "2026-01-01T10:00:00 Z",
    ])
    func `what is no time cannot be made coarser`(text: String) {
        for precision in TimePrecision.allCases { #expect(precision.coarsened(text.utf8) == nil) }
    }
}
