import CityIdentity
import Foundation
import Ledger
import SharingPolicy
import Testing

@testable import Console

/// What the officers' pages tell of a policy, through its life.
extension OfficersServerTests {
    /// A city with two policy keys and a dataset, whose policies a test puts through their lives.
    private struct City: Sendable {
        static let dataset = "MA.156.1301/divisions"
        let network: Network
        let keys: [PrivateKey]

        init(_ network: Network) async throws {
            self.network = network
            keys = try (0..<2).map { _ in try PrivateKey(generating: .es256) }
            let city = try Network.city()
            for (number, key) in keys.enumerated() {
                let declaration = try Network.declare("\(city)#policy-\(number + 1)", key, [.policy])
                try await network.submit(.keyAdd(declaration), by: "\(city)#registry-1", network.registry)
            }
            let dataset = Dataset(
                identifier: try DatasetIdentifier(Self.dataset), title: LocalizedText(["en": "Divisions"]),
                keywords: [], license: nil, mediaType: nil, origin: "https://origin.test/",
                actions: [.init(methods: ["GET"], path: "/**", action: "read")])
            try await network.submit(.datasetPublish(dataset), by: "\(city)#registry-1", network.registry)
        }

        func submit(_ body: Transaction.Body, key: Int) async throws -> Timestamp {
            let signer = "\(try Network.city())#policy-\(key)"
            #expect(try await network.submit(body, by: signer, keys[key - 1]).outcome == .applied)
            return network.ledger.view.time
        }

        func proposal(
            _ serial: Int, prohibits: Bool = false, from: Timestamp? = nil, until: Timestamp? = nil,
            replaces: PolicyHash? = nil
        ) throws -> PolicyProposal {
            let target = try DatasetIdentifier(Self.dataset).iri.text
            let rule = { (city: String) in
                #"[{"target": "\#(target)", "action": "read", "assignee": "did:ma:\#(city)"}]"#
            }
            let document = """
                {"@context": ["http://www.w3.org/ns/odrl.jsonld", {"dcterms": "http://purl.org/dc/terms/"}], "@type": "Set",
                 "uid": "urn:test:\(serial)", "dcterms:title": "Policy number \(serial)", "conflict": "prohibit",
                 "permission": \(rule("156.1302"))\(prohibits ? ", \"prohibition\": \(rule("840"))" : "")}
                """
            return PolicyProposal(
                format: .jsonld, document: Array(document.utf8), inForceFrom: from, inForceUntil: until,
                replaces: replaces)
        }

        /// Has both keys agree to a policy; its hash and when it was agreed to.
        func agree(_ proposal: PolicyProposal) async throws -> (hash: PolicyHash, time: Timestamp) {
            _ = try await submit(.policyPropose(proposal), key: 1)
            let hash = PolicyHash(of: proposal.document)
            return (hash, try await submit(.policyApprove(PolicyDecision(policy: hash)), key: 2))
        }
    }

    @Test func `a suspended policy is shown as that, with since when, by whom and why`() async throws {
        try await withServer { network, ask in
            let city = try await City(network)
            let (hash, _) = try await city.agree(city.proposal(1, prohibits: true))
            let time = try await city.submit(
                .policyWithdraw(PolicyDecision(policy: hash, reason: "a leak")), key: 2)
            let page = try await ask("/policies/\(hash)", network.officer, "en").body
            #expect(
                page.contains("Status</dt><dd>Suspended: It permits nothing; what it prohibits stands.</dd>"), "\(page)"
            )
            #expect(page.contains("Permits nothing since</dt><dd>\(time.rfc3339)</dd>"), "\(page)")
            #expect(
                page.contains("asked for by</dt><dd><code>MA.156.1301#policy-2 (\(time.rfc3339))</code></dd>"),
                "\(page)")
            #expect(page.contains("Reason</dt><dd>a leak</dd>"), "\(page)")
            let list = try await ask("/policies", network.officer, "en").body
            #expect(list.contains("<td>Suspended</td>") && !list.contains("In force"), "\(list)")
            let chinese = try await ask("/policies", network.officer, "zh-CN").body
            #expect(chinese.contains("<td>已停用</td>"), "\(chinese)")
        }
    }

    @Test func `a proposal is shown with its times, what it replaces, its title and who has yet to agree`() async throws
    {
        try await withServer { network, ask in
            let city = try await City(network)
            let (old, _) = try await city.agree(city.proposal(1))
            let from = try Timestamp(rfc3339: "2099-01-01T00:00:00Z")
            let proposal = try city.proposal(2, from: from, until: from.adding(seconds: 86_400), replaces: old)
            let time = try await city.submit(.policyPropose(proposal), key: 1)
            let hash = PolicyHash(of: proposal.document)
            let link = "<dt>Replaces</dt><dd><a href=\"/policies/\(old)\"><code>\(old)</code></a></dd>"
            let waiting = try await ask("/policies/\(hash)", network.officer, "en").body
            for words in [
                "Title</dt><dd>Policy number 2</dd>", "Since</dt><dd>\(time.rfc3339)</dd>",
                "To be in force from</dt><dd>2099-01-01T00:00:00Z</dd>",
                "To be in force until</dt><dd>2099-01-02T00:00:00Z</dd>", link,
                "Approvals</dt><dd><code>1 of 2: MA.156.1301#policy-1</code></dd>",
            ] {
                #expect(waiting.contains(words), "\(words): \(waiting)")
            }
            _ = try await city.submit(.policyApprove(PolicyDecision(policy: hash)), key: 2)
            let scheduled = try await ask("/policies/\(hash)", network.officer, "en").body
            #expect(scheduled.contains("Status</dt><dd>Scheduled</dd>") && scheduled.contains(link), "\(scheduled)")
            #expect(scheduled.contains("In force from</dt><dd>2099-01-01T00:00:00Z</dd>"), "\(scheduled)")
            // Withdrawn before that, it never was in force.
            let ended = try await city.submit(.policyWithdraw(PolicyDecision(policy: hash)), key: 1)
            _ = try await city.submit(.policyWithdraw(PolicyDecision(policy: hash)), key: 2)
            let withdrawn = try await ask("/policies/\(hash)", network.officer, "en").body
            #expect(withdrawn.contains("Since</dt><dd>\(ended.rfc3339)</dd>"), "\(withdrawn)")
            #expect(!withdrawn.contains("In force from"), "\(withdrawn)")
            #expect(
                withdrawn.contains("Never in force; it was to begin</dt><dd>2099-01-01T00:00:00Z</dd>"), "\(withdrawn)")
        }
    }

    @Test func `what a policy was stays to be seen when its bytes are proposed anew and rejected`() async throws {
        try await withServer { network, ask in
            let city = try await City(network)
            let first = try city.proposal(1)
            let (old, from) = try await city.agree(first)
            let (new, until) = try await city.agree(city.proposal(2, replaces: old))
            let anew = PolicyProposal(format: first.format, document: first.document, replaces: new)
            _ = try await city.submit(.policyPropose(anew), key: 1)
            let time = try await city.submit(.policyReject(PolicyDecision(policy: old, reason: "not again")), key: 2)
            let page = try await ask("/policies/\(old)", network.officer, "en").body
            for words in [
                "Status</dt><dd>Replaced (Proposed anew: Rejected)</dd>",
                "In force from</dt><dd>\(from.rfc3339)</dd>", "In force until</dt><dd>\(until.rfc3339)</dd>",
                "Replaced by</dt><dd><a href=\"/policies/\(new)\">",
                "Approvals</dt><dd><code>2 of 2: MA.156.1301#policy-1, MA.156.1301#policy-2</code></dd>",
                "Proposed anew</dt><dd>Rejected, \(time.rfc3339), not again</dd>",
            ] {
                #expect(page.contains(words), "\(words): \(page)")
            }
            let list = try await ask("/policies", network.officer, "zh-CN").body
            #expect(list.contains("已被取代 (再次提出: 已否决)"), "\(list)")
        }
    }

    @Test func `a proposal that was not agreed to in time is over since its end`() async throws {
        try await withServer { network, ask in
            let city = try await City(network)
            let end = Timestamp.now().adding(seconds: 1)
            let proposal = try city.proposal(1, until: end)
            _ = try await city.submit(.policyPropose(proposal), key: 1)
            try await Task.sleep(for: .milliseconds(1_100))
            let page = try await ask("/policies/\(PolicyHash(of: proposal.document))", network.officer, "en").body
            #expect(page.contains("Status</dt><dd>Expired</dd>"), "\(page)")
            #expect(page.contains("Since</dt><dd>\(end.rfc3339)</dd>"), "\(page)")
        }
    }
}
