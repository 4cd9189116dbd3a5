import CityIdentity
import Foundation
import Relay
import Testing

/// The moments at which a signature begins and ends to be taken, to the millisecond: 5 s for clocks that differ, 60 s of life.
@Suite(.serialized) struct SignatureTimeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Beside the second that the gateway's clock shows.
        let created: Int64
        let lifetime: Int64
        /// Milliseconds into that second.
        let milliseconds: Int64
        let isTaken: Bool

        init(_ name: String, created: Int64, lifetime: Int64 = 60, milliseconds: Int64 = 0, isTaken: Bool) {
            (self.testDescription, self.created, self.lifetime) = (name, created, lifetime)
            (self.milliseconds, self.isTaken) = (milliseconds, isTaken)
        }
    }

    static let cases: [Case] = [
        Case("made now", created: 0, isTaken: true),
        Case("made 5 s ahead", created: 5, isTaken: true),
        Case("made 6 s ahead", created: 6, isTaken: false),
        Case("made 5.001 s ahead", created: 6, milliseconds: 999, isTaken: false),
        Case("ends now", created: -60, isTaken: true),
        Case("ended 4.999 s ago", created: -64, milliseconds: 999, isTaken: true),
        Case("ended 5 s ago", created: -65, isTaken: false),
        Case("ended 5 s ago, after a second's life", created: -6, lifetime: 1, isTaken: false),
        Case("ended 4 s ago, after a second's life", created: -5, lifetime: 1, isTaken: true),
        Case("lives 60 s", created: 0, lifetime: 60, isTaken: true),
        Case("lives 61 s", created: 0, lifetime: 61, isTaken: false),
        Case("lives 61 s, most of it over", created: -60, lifetime: 61, isTaken: false),
        Case("ends when it is made", created: 0, lifetime: 0, isTaken: false),
        Case("ends before it is made", created: 0, lifetime: -1, isTaken: false),
        Case("made before 1970", created: -4_000_000_000, isTaken: false),
        Case("made in the year 31688", created: 935_000_000_000, isTaken: false),
    ]

    @Test func areTakenUntilTheirLastMillisecond() async throws {
        try await World.with { world in
            // Later than every block, so that no clock is behind, and no key has ended.
            let second = Timestamp.now().adding(seconds: 30).seconds
            for (index, edge) in Self.cases.enumerated() {
                let now = Timestamp(seconds: second).adding(milliseconds: edge.milliseconds)
                let gateway = try await TestGateway(world.network, name: "edge-\(index)", clock: { now })
                let client = try TestClient(world.network, gateway)
                let response = try await client.get(World.path("open", "hello")) {
                    $0.created = second + edge.created
                    $0.lifetime = edge.lifetime
                }
                await client.close()
                await gateway.stop()
                let name = Comment(rawValue: "\(edge.testDescription): \(response.text)")
                #expect(response.status == (edge.isTaken ? 200 : 401), name)
                #expect(edge.isTaken || response.text.contains("urn:hansa:problem:signature-"), name)
            }
            #expect(world.origin.observed.heads.count == Self.cases.count { $0.isTaken })
        }
    }
}
