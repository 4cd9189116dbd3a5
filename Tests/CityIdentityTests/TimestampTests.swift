import CityIdentity
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-22T08:30:00Z", 1_795_336_200_000),
        ("2026-11-22T08:30:00.5Z", 1_795_336_200_500), ("2026-11-22T08:30:00.0049Z", 1_795_336_200_004),
        ("2026-11-22T16:30:00+08:00", 1_795_336_200_000), ("2026-11-22t03:30:00.000-05:00", 1_795_336_200_000),
        ("2026-11-22T08:30:00-00:00", 1_795_336_200_000), ("1969-12-31T23:59:59.999z", -1),
        ("2000-02-29T00:00:00Z", 951_782_400_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("2017-01-01T00:59:60.5+01:00", 1_483_228_800_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ("2026-01-01T00:00:00.123456789123456789Z", 1_767_225_600_123),
    ])
    func `times are read`(text: String, milliseconds: Int64) throws {
        #expect(try Timestamp(rfc3339: text).milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11-22", "2026-11-22T08:30:00", "2026-11-22 08:30:00Z", "2026-11-22T08:30Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+8:00", "2026-01-01T00:00:00+0800", "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+08:60",
        "2026-01-01T00:00:00ZZ", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z\n", "-026-01-01T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "2026-01-01T00:00:00." + String(repeating: "0", count: 100) + "Z",
    ])
    func `what is no time is refused`(text: String) {
        expectRefusal(.malformedTime, naming: "is not an RFC 3339 time") { _ = try Timestamp(rfc3339: text) }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_399_001, "2000-02-28T23:59:59.001Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00Z"), (.min, "0000-01-01T00:00:00Z"),
        (.max, "9999-12-31T23:59:59.999Z"),
    ])
    func `times are written`(milliseconds: Int64, text: String) {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(time.rfc3339 == text)
        var buffer: [UInt8] = [1]
        time.write(into: &buffer)
        #expect(buffer == [1] + text.utf8)
    }

    @Test(arguments: [
        ("2026-11-28", "2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z"),
        ("2026-12-31", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-11-28T08:00:00+08:00", "2026-11-28T00:00:00Z", "2026-11-28T00:00:00Z"),
    ])
    func `a day stands for its beginning or its end, a moment for itself`(text: String, first: String, last: String)
        throws
    {
        #expect(try Timestamp(text, day: .beginning).rfc3339 == first)
        #expect(try Timestamp(text, day: .end).rfc3339 == last)
    }

    @Test(arguments: ["2026-02-30", "2026-11", "28.11.2026", "2026-11-28T08:00", "soon", ""])
    func `what is neither is refused with both forms`(text: String) {
        expectRefusal(.malformedTime, naming: "neither a day, as 2027-12-31, nor a moment") {
            _ = try Timestamp(text, day: .end)
        }
    }

    @Test func `random times agree with Foundation and come back`() throws {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<500 {
            let milliseconds = Int64.random(in: -2_000_000_000_000...250_000_000_000_000)
            let time = Timestamp(milliseconds: milliseconds)
            #expect(try Timestamp(rfc3339: time.rfc3339) == time)
            let whole = time.wholeSecond
            let date = try style.parse(whole.rfc3339.replacing("Z", with: ".000Z"))
            #expect(Int64(date.timeIntervalSince1970) * 1000 == whole.milliseconds)
        }
    }

    @Test func `arithmetic stays within what can be written`() {
        #expect(Timestamp.latest.adding(milliseconds: 1) == .latest)
        #expect(Timestamp.latest.adding(seconds: .max) == .latest)
        #expect(Timestamp.earliest.adding(seconds: .min) == .earliest)
        #expect(Timestamp(seconds: .max) == .latest)
        #expect(Timestamp(seconds: .min) == .earliest)
        #expect(Timestamp(milliseconds: -1).seconds == -1)
        #expect(Timestamp(milliseconds: 1999).wholeSecond.milliseconds == 1000)
        #expect(Samples.later.milliseconds(since: Samples.now) == 365 * 86_400_000)
        #expect(Timestamp.now() > Timestamp(seconds: 1_700_000_000))
    }
}
