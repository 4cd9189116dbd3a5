import CityIdentity
import SharingPolicy
import StrictJSON
import Testing

@testable import Ledger

/// What a record's events tell of a policy's life: since when it has been over, why, and what it was before.
@Suite struct PolicyCourseTests {
    private static let city = PolicyLifecycleTests.city

    private static func proposal(
        _ serial: Int, prohibits: String? = nil, from: Timestamp? = nil, until: Timestamp? = nil,
        replaces: PolicyHash? = nil
    ) throws -> PolicyProposal {
        PolicyProposal(
            format: .jsonld,
            document: try PolicyLifecycleTests.document(permits: "156.110108", prohibits: prohibits, serial: serial),
            inForceFrom: from, inForceUntil: until, replaces: replaces)
    }

    @discardableResult
    private func agree(_ proposal: PolicyProposal, in network: inout TestNetwork) throws -> PolicyHash {
        #expect(try network.submit(.policyPropose(proposal), by: "\(Self.city)#policy-1").words == "applied")
        let decision = PolicyDecision(policy: PolicyHash(of: proposal.document))
        #expect(try network.submit(.policyApprove(decision), by: "\(Self.city)#policy-2").words == "applied")
        return decision.policy
    }

    private func withdraw(_ hash: PolicyHash, by key: Int, because reason: String?, in network: inout TestNetwork)
        throws
    {
        let decision = PolicyDecision(policy: hash, reason: reason)
        #expect(try network.submit(.policyWithdraw(decision), by: "\(Self.city)#policy-\(key)").words == "applied")
    }

    /// The earlier proposals of a policy, as they are read from the ledger on disk.
    private func courses(of hash: PolicyHash, _ network: TestNetwork) async throws -> [PolicyCourse] {
        let directory = try TemporaryDirectory()
        try await network.write(to: directory.path)
        let archive = try LedgerArchive(directory: directory.path)
        let view = try await archive.view()
        let courses = try await archive.earlierCourses(of: #require(view.policy(hash)), in: view)
        directory.keep()
        return courses
    }

    @Test("further keys that ask for a withdrawal change neither when nor why a policy ended")
    func withdrawal() throws {
        var network = try PolicyLifecycleTests.prepared()
        let old = try agree(Self.proposal(1), in: &network)
        let new = try agree(
            Self.proposal(2, from: network.time.adding(seconds: 100), replaces: old), in: &network)
        try withdraw(new, by: 3, because: "a mistake", in: &network)
        let first = network.time
        try withdraw(new, by: 1, because: nil, in: &network)
        let record = try #require(network.state.policy(new))
        #expect(record.ended(at: network.time) == first)
        #expect(record.reasonOfItsEnd == "a mistake")
        let json = record.json(at: network.time)
        #expect(json["ended"]?.string == first.rfc3339 && json["reason"]?.string == "a mistake")
        #expect(PolicyCourse(of: record, as: .withdrawn, at: network.time)?.wasInForce == false)
    }

    @Test("what a policy prohibits ends with the last key, what it permits with the first")
    func suspension() throws {
        var network = try PolicyLifecycleTests.prepared()
        let both = try agree(Self.proposal(1, prohibits: "840"), in: &network)
        try withdraw(both, by: 3, because: "urgent", in: &network)
        let first = network.time
        #expect(network.state.policy(both)?.json(at: first)["withdrawal"]?["time"]?.string == first.rfc3339)
        #expect(network.state.policy(both)?.reasonOfItsEnd == "urgent")
        try withdraw(both, by: 1, because: nil, in: &network)
        let record = try #require(network.state.policy(both))
        #expect(record.ended(at: network.time) == network.time)
        #expect(record.withdrawal?.time == first)
    }

    @Test("what ended in favour of one that was withdrawn before its time was replaced by none")
    func lostSuccessor() throws {
        var network = try PolicyLifecycleTests.prepared()
        let old = try agree(Self.proposal(1), in: &network)
        let start = network.time.adding(seconds: 100)
        let new = try agree(Self.proposal(2, from: start, replaces: old), in: &network)
        try withdraw(new, by: 3, because: nil, in: &network)
        network.time = start
        let record = try #require(network.state.policy(old))
        let seen = try view(of: network)
        #expect(record.status(at: start) == .replaced && seen.status(of: record, at: start) == .expired)
        #expect(seen.isOf(status: "expired", record, at: start) && !seen.isOf(status: "replaced", record, at: start))
        // One that came and was withdrawn later took the place.
        let third = try agree(Self.proposal(3), in: &network)
        let fourth = try agree(Self.proposal(4, replaces: third), in: &network)
        try withdraw(fourth, by: 3, because: nil, in: &network)
        let replaced = try #require(network.state.policy(third))
        #expect(try view(of: network).status(of: replaced, at: network.time) == .replaced)
    }

    @Test("a rejected proposal of the same bytes leaves what they were before to be told")
    func rejectedReturn() async throws {
        var network = try PolicyLifecycleTests.prepared()
        let first = try Self.proposal(1)
        let old = try agree(first, in: &network)
        let from = network.time
        let new = try agree(Self.proposal(2, replaces: old), in: &network)
        let end = network.time
        #expect(try await courses(of: old, network).isEmpty)
        let anew = PolicyProposal(format: first.format, document: first.document, replaces: new)
        try network.submit(.policyPropose(anew), by: "\(Self.city)#policy-1")
        try network.submit(.policyReject(PolicyDecision(policy: old)), by: "\(Self.city)#policy-2")
        let told = try await courses(of: old, network)
        let course = try #require(told.first)
        #expect(told.count == 1 && course.status == .replaced && course.replacedBy == new)
        #expect(course.from == from && course.ended == end && course.wasInForce)
        #expect(course.approvals.map(\.name) == ["policy-1", "policy-2"])
    }

    @Test("each way in which an earlier proposal can have ended is told with its times")
    func ends() async throws {
        var network = try PolicyLifecycleTests.prepared()
        let bytes = try Self.proposal(1)
        let hash = PolicyHash(of: bytes.document)
        // Expired, agreed to late and so in force from then on.
        let until = network.time.adding(seconds: 50)
        try agree(Self.proposal(1, from: network.time.adding(seconds: 2), until: until), in: &network)
        let begun = network.time
        network.time = until
        // Withdrawn while it was in force.
        try agree(bytes, in: &network)
        let again = network.time
        try withdraw(hash, by: 3, because: "leak", in: &network)
        let withdrawn = network.time
        // Ended in favour of one that never began.
        try agree(bytes, in: &network)
        let third = network.time
        let start = network.time.adding(seconds: 30)
        let successor = try agree(Self.proposal(2, from: start, replaces: hash), in: &network)
        try withdraw(successor, by: 3, because: nil, in: &network)
        network.time = start
        // Withdrawn before its time, and rejected.
        let planned = network.time.adding(seconds: 90)
        try agree(Self.proposal(1, from: planned), in: &network)
        try withdraw(hash, by: 3, because: nil, in: &network)
        let early = network.time
        try network.submit(.policyPropose(bytes), by: "\(Self.city)#policy-1")
        try network.submit(
            .policyReject(PolicyDecision(policy: hash, reason: "no")), by: "\(Self.city)#policy-2")
        let rejected = network.time
        try network.submit(.policyPropose(bytes), by: "\(Self.city)#policy-1")

        let told = try await courses(of: hash, network)
        #expect(told.map(\.status) == [.expired, .withdrawn, .expired, .withdrawn, .rejected])
        #expect(told.map(\.from) == [begun, again, third, planned, nil])
        #expect(told.map(\.ended) == [until, withdrawn, start, early, rejected])
        #expect(told.map(\.wasInForce) == [true, true, true, false, false])
        #expect(told.map(\.replacedBy) == [nil, nil, successor, nil, nil])
        #expect(told.map(\.reason) == [nil, "leak", nil, nil, "no"])
    }

    @Test("of many earlier proposals the latest are told")
    func manyReturns() async throws {
        var network = try PolicyLifecycleTests.prepared()
        let again = try Self.proposal(1)
        let hash = PolicyHash(of: again.document)
        for _ in 0..<40 {
            try network.submit(.policyPropose(again), by: "\(Self.city)#policy-1")
            try network.submit(.policyReject(PolicyDecision(policy: hash)), by: "\(Self.city)#policy-1")
        }
        let told = try await courses(of: hash, network)
        #expect(told.count == PolicyCourse.limit && told.allSatisfy { $0.status == .rejected })
        let history = try #require(network.state.policy(hash)?.history)
        #expect(told.last?.ended == history[history.count - 3].time)
    }
}
