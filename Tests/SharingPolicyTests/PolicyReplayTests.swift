import CityIdentity
import Testing

@testable import SharingPolicy

@Suite struct PolicyReplayTests {
    private static let dataset = Fixture.dataset("MA.156.1301/divisions")

    private static func replay(_ documents: [[UInt8]]) throws -> PolicyReplay {
        let policies = PolicySet(try documents.map { try Policy(parsing: $0, format: .jsonld) })
        return PolicyReplay { _ in policies }
    }

    private static func limit(_ count: Int, _ unit: String) -> [UInt8] {
        Fixture.constraint(
            #"{"leftOperand":"count","operator":"lteq","rightOperand":\#(count),"unit":"\#(unit)"}"#)
    }

    @Test func `uses are counted as they come, and a span lets them go`() throws {
        var replay = try Self.replay([Self.limit(2, "perHour")])
        let permitted = ["12:00:00", "12:10:00", "12:20:00", "13:00:01", "13:05:00", "13:10:01"].map { time in
            replay.decide(Fixture.request(time: "2026-11-22T\(time)Z"), for: Self.dataset).isPermit
        }
        // What was refused did not count; what was let through at 12:00:00 does not at 13:00:01.
        #expect(permitted == [true, true, false, true, false, true])
    }

    @Test func `units share their city's count, and others have their own`() throws {
        let open = Fixture.json(
            #""permission":[{"target":"did:ma:156.1301/divisions","action":"read","constraint":[{"leftOperand":"count","operator":"lteq","rightOperand":1,"unit":"perDay"}]}]"#
        )
        var replay = try Self.replay([open])
        func isPermitted(_ consumer: String) -> Bool {
            replay.decide(Fixture.request(consumer: consumer), for: Self.dataset).isPermit
        }
        #expect(isPermitted("MA.840.5363000.01"))
        #expect(!isPermitted("MA.840.5363000"))
        #expect(!isPermitted("MA.840.5363000.02"))
        #expect(isPermitted("MA.840.0667000"))
    }

    @Test func `another dataset counts by itself, and what is denied or not counted counts nothing`() throws {
        let two = Fixture.json(
            #""permission":[{"target":["did:ma:156.1301/divisions","did:ma:156.1301/air"],"action":"read","constraint":[{"leftOperand":"count","operator":"lteq","rightOperand":1,"unit":"perDay"}]}]"#
        )
        var replay = try Self.replay([two])
        #expect(!replay.decide(Fixture.request(action: "sell"), for: Self.dataset).isPermit)
        #expect(replay.decide(Fixture.request(), for: Self.dataset).isPermit)
        let air = Fixture.dataset("MA.156.1301/air")
        #expect(replay.decide(Fixture.request(dataset: "MA.156.1301/air"), for: air).isPermit)
        #expect(!replay.decide(Fixture.request(dataset: "MA.156.1301/air"), for: air).isPermit)
    }

    @Test func `a replay begins with nothing used, and two do not share`() throws {
        var first = try Self.replay([Self.limit(1, "perWeek")])
        var second = first
        #expect(first.decide(Fixture.request(), for: Self.dataset).isPermit)
        #expect(!first.decide(Fixture.request(), for: Self.dataset).isPermit)
        #expect(second.decide(Fixture.request(), for: Self.dataset).isPermit)
    }
}
