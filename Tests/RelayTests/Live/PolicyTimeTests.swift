import AccessReceipts
import CityIdentity
import Foundation
import Testing

@testable import Relay

/// Policies that begin and end, and conditions that come true and cease to be, while the gateway runs.
@Suite(.serialized) struct PolicyTimeTests {
    private static func policy(_ name: String, _ more: String = "") -> String {
        """
        {"@context": ["http://www.w3.org/ns/odrl.jsonld", {"hansa": "urn:hansa:policy:"}], "@type": "Set",
         "uid": "urn:test:\(name)", "permission": [{"target": "did:ma:156.1301/\(name)", "action": "read"\(more)}]}
        """
    }

    /// One client asks again and again: each receipt says what holds at its time.
    @Test(.timeLimit(.minutes(2))) func aPolicyBeginsAndEndsWithoutARestart() async throws {
        try await World.with { world in
            try await world.network.publish("timed", origin: world.origin.url)
            let from = Timestamp.now().adding(milliseconds: 4000)
            let until = from.adding(milliseconds: 5000)
            try await world.network.enforce(Self.policy("timed"), from: from, until: until)
            try await world.withClient { client in
                var answers: [(time: Timestamp, status: Int)] = []
                while (answers.last?.time ?? from) < until.adding(milliseconds: 500) {
                    let response: TestClient.Response
                    do { response = try await client.get(World.path("timed", "hello")) } catch {
                        // What is under way when the policy ends is broken off.
                        try #require(Timestamp.now() >= until, "\(error)")
                        continue
                    }
                    let receipt = try #require(try await world.gateway.receipt(response.receipt))
                    answers.append((receipt.time, response.status))
                    #expect(receipt.decision.outcome == (response.status == 200 ? .permit : .deny))
                    try await Task.sleep(for: .milliseconds(100))
                }
                for (time, status) in answers {
                    #expect(status == (from <= time && time < until ? 200 : 403), "\(time) of \(from) to \(until)")
                }
                #expect(answers.first?.status == 403 && answers.last?.status == 403)
                #expect(answers.contains { $0.status == 200 })
            }
        }
    }

    @Test func whoSharesTheSameReadsAndWhoStopsReadsNoMore() async throws {
        try await World.with { world in
            let (network, consumer) = (world.network, TestNetwork.consumer)
            try await network.publish("mutual", origin: world.origin.url)
            try await network.enforce(
                Self.policy(
                    "mutual",
                    #", "constraint": [{"leftOperand": "hansa:consumerShares", "operator": "isAnyOf", "rightOperand": ["mutual"]}]"#
                ))
            try await world.withClient { client in
                let status = { () async throws -> Int in
                    let response = try await client.get(World.path("mutual", "hello"))
                    let receipt = try #require(try await world.gateway.receipt(response.receipt))
                    #expect(receipt.decision.outcome == (response.status == 200 ? .permit : .deny))
                    return response.status
                }
                #expect(try await status() == 403)
                // Published, and still shared with nobody.
                try await network.publish("mutual", origin: "https://origin.example/", by: consumer)
                #expect(try await status() == 403)
                // Shared with another, under another name, and then with the provider.
                let own = Self.policy("mutual").replacing("did:ma:156.1301", with: "did:ma:840.5363000")
                let rule = #""action": "read""#
                let another = own.replacing(rule, with: rule + #", "assignee": "did:ma:840.0667000""#)
                try await network.enforce(another, by: consumer)
                #expect(try await status() == 403)
                try await network.enforce(
                    own.replacing(rule, with: rule + #", "assignee": "did:ma:156.1301""#), by: consumer)
                #expect(try await status() == 200)
                try await network.withdraw("mutual", by: consumer)
                #expect(try await status() == 403)
                // The stranger never shared anything.
                let stranger = try TestClient(network, world.gateway, key: "\(TestNetwork.stranger)#tls")
                let refused = try await stranger.get(World.path("mutual", "hello")) {
                    $0.keyID = "\(TestNetwork.stranger)#exchange"
                }
                await stranger.close()
                #expect(refused.status == 403)
            }
        }
    }
}
