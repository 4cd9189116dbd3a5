import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

struct PolicyApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Agree to a proposed policy, or to a change that waits.",
        discussion: """
            Before it hands in what it signed it says who gains and who loses by a policy against what is in force.
            A new policy key, fewer policy approvals and a dataset mapped anew wait as policies do; a registrar agrees to a
            key in the place of lost ones with --key registry-1.
            Example: hansa policy approve 5e88…  --key policy-2
            """)

    @OptionGroup var decision: PolicyDecisionOptions

    func run() async throws {
        let hash = try decision.policyHash
        let key = try await decision.keyThatHasNotAgreed(to: hash)
        try await decision.foresee(with: key) { .policyApprove($0) }
        let effect = try await decision.effect(of: hash)
        if let effect { decision.options.output.say(effect.text(all: "hansa policy diff --ledger \(hash)")) }
        if let late = try await decision.lateStart(of: hash) { decision.options.output.say(late) }
        try await decision.run(saying: "approved", key: key, json: [("effect", effect?.json ?? .null)]) {
            .policyApprove($0)
        }
    }
}

struct PolicyRejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Refuse a proposed policy.",
        discussion: "Example: hansa policy reject 5e88… --reason \"the purpose is too wide\"")

    @OptionGroup var decision: PolicyDecisionOptions

    func run() async throws {
        try await decision.run(saying: "rejected", key: decision.options.key) { .policyReject($0) }
    }
}

struct PolicyWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "End a policy that is in force.",
        discussion: """
            One key ends what it permits. What it prohibits takes as many keys to end as to begin, and stands until then. Where it
            was to take another's place later, that one still ends then, unless as many keys ask for the withdrawal.
            Before it hands in what it signed it says who gains and who loses by that.
            Example: hansa policy withdraw 5e88… --reason "replaced"
            """)

    @OptionGroup var decision: PolicyDecisionOptions

    func run() async throws {
        let hash = try decision.policyHash
        let record = try await decision.options.home.withNode { try await $0.policy(hash) }
        guard PolicyStanding(record: record).status != .proposed else {
            throw CommandError(
                .denied, "the policy `\(hash)` is only proposed, and nothing of it is in force",
                advice: "`hansa policy reject \(hash)` ends a proposal")
        }
        let predecessor = try await decision.predecessor(of: hash)
        let standing = PolicyStanding(record: record)
        if record["ended"] != nil, predecessor == nil {
            throw CommandError(
                .denied, "the policy `\(hash)` permits nothing: \(standing.sentence)",
                advice: "`hansa policy rollback \(hash)` proposes it anew, `hansa policy propose` another")
        }
        try await decision.foresee(with: decision.options.key) { .policyWithdraw($0) }
        if let predecessor { decision.options.output.say(predecessor.warning) }
        var effect: ProposalEffect?
        // Nothing that cannot be told may keep a policy from being ended.
        do {
            effect = try await decision.options.home.withNode {
                try await ProposalEffect(ofWithdrawing: record, from: $0)
            }
        } catch let error as CommandError {
            decision.options.output.say("who loses by it cannot be told: \(error.message)")
        }
        if let effect {
            let dataset = record["targets"]?.array?.first?.string?.printable ?? ""
            decision.options.output.say(effect.text(all: "hansa policy who \(dataset)"))
        }
        try await decision.run(
            saying: "withdrawal of", key: decision.options.key, json: [("effect", effect?.json ?? .null)]
        ) { .policyWithdraw($0) }
        guard let predecessor else { return }
        let left = try await decision.predecessor(of: hash)
        decision.options.output.say(left?.words ?? predecessor.restored)
    }
}

/// What decisions on a policy take alike.
struct PolicyDecisionOptions: ParsableArguments {
    @OptionGroup var options: TransactionOptions

    @Argument(help: "The policy's hash, as `hansa policy list` shows it; 64 digits.")
    var hash: String

    @Option(name: .long, help: "Why; stands on the ledger.")
    var reason: String?

    var policyHash: PolicyHash {
        get throws {
            try PolicyHash(argument: hash)
        }
    }

    /// The policy whose place the one that is decided on was to take.
    func predecessor(of hash: PolicyHash) async throws -> PolicyPredecessor? {
        try await options.home.withNode { node in
            try await PolicyPredecessor(of: try await node.policy(hash), from: node)
        }
    }

    /// Who would gain and lose by a proposal; `nil` of what is none.
    func effect(of hash: PolicyHash) async throws -> ProposalEffect? {
        try await options.home.withNode { node in
            let record = try await node.policy(hash)
            guard PolicyStanding(record: record).status == .proposed else { return nil }
            return try await ProposalEffect(
                of: try NamedPolicy(NodeClient.policy(of: record, hash), record: record), from: node)
        }
    }

    /// Of a proposal whose start is past, that it takes effect at once.
    func lateStart(of hash: PolicyHash) async throws -> String? {
        try await options.home.withNode { node in
            let record = try await node.policy(hash)
            guard let provider = record["provider"]?.string.flatMap({ try? IdentificationCode($0) }) else { return nil }
            let needed = try await node.identity(provider)["identity"]?["policyApprovals"]?.int ?? 0
            let agreed = record["approvals"]?.array?.count ?? 0
            return PolicyStanding(record: record).lateStart(asOf: .now(), isLast: agreed + 1 >= needed)
        }
    }

    /// Throws where the node foresees that the decision would be refused.
    func foresee(with key: String?, _ body: (PolicyDecision) -> Transaction.Body) async throws {
        var options = options
        options.key = key
        try await options.foresee(body(PolicyDecision(policy: policyHash, reason: reason)), for: .policy)
    }

    /// The key that was named, or the first of the home's policy keys that is not among the approvals.
    func keyThatHasNotAgreed(to hash: PolicyHash) async throws -> String? {
        if let key = options.key { return key }
        let profile = try await options.home.profile()
        let code = try profile.code()
        return try await NodeClient.with(try profile.node()) { node in
            let record = try await node.policy(hash)
            return try await Self.key(of: profile.home, code, notAmong: record["approvals"], node)
        }
    }

    /// The first of the home's policy keys that is in use and not among others.
    private static func key(
        of home: Home, _ code: IdentificationCode, notAmong others: JSONValue?, _ node: NodeClient
    ) async throws -> String? {
        let agreed = Set((others?.array ?? []).compactMap(\.string))
        let usable = try await node.keys(of: code).filter { $0.isActive(at: .now(), for: .policy) }
        return home.keyNames(for: .policy).first { name in
            !agreed.contains("\(code)#\(name)") && usable.contains { $0.id.name == name }
        }
    }

    func run(
        saying word: String, key: String?, json members: [(String, JSONValue)] = [],
        _ body: (PolicyDecision) -> Transaction.Body
    ) async throws {
        let hash = try policyHash
        var options = options
        options.key = key
        try await options.submit(
            body(PolicyDecision(policy: hash, reason: reason)), for: .policy, saying: "\(word) \(hash)",
            json: [("hash", JSONValue(hash.description))] + members)
        if !options.output.json { options.output.say(try await standing(of: hash)) }
    }

    /// What the policy is now, and how many keys it still wants.
    private func standing(of hash: PolicyHash) async throws -> String {
        try await options.home.withNode { node in
            let change = try? await node.policy(hash)
            // A change is gone once it is made or rejected.
            guard let record = change else { return "it waits no longer" }
            if let change = WaitingChange(record: record) { return "the " + change.words }
            let standing = PolicyStanding(record: record)
            let status = standing.words
            guard standing.isSuspended || standing.status == .proposed,
                let provider = record["provider"]?.string.flatMap({ try? IdentificationCode($0) }),
                case .number(let wanted)? = try await node.identity(provider)["identity"]?["policyApprovals"],
                let wanted = wanted.uint64
            else { return "it is \(status) now" + standing.outlook + Self.freed(by: record) }
            if standing.isSuspended {
                let asked = record["withdrawals"]
                let profile = try await options.home.profile()
                let key = try await Self.key(of: profile.home, try profile.code(), notAmong: asked, node)
                let others = wanted == 2 ? "another key agrees" : "the others agree"
                return "\(asked?.array?.count ?? 0) of \(wanted) keys: "
                    + (standing.status == .scheduled
                        ? "it will permit nothing; what it prohibits comes into force at \(record.field("from")) all the "
                            + "same, unless \(others)"
                        : "it permits nothing any more; what it prohibits stands until \(others)")
                    + ": `hansa policy withdraw \(hash)\(key.map { " --key \($0.printable)" } ?? "")`"
            }
            let count = UInt64(record["approvals"]?.array?.count ?? 0)
            return "it is \(status): \(count) of the \(wanted) keys that must agree have"
        }
    }

    /// That what a policy prohibited is prohibited no longer, where its withdrawal did that.
    private static func freed(by record: JSONValue) -> String {
        guard PolicyStanding(record: record).status == .withdrawn, record["prohibits"]?.bool == true,
            let from = record["from"]?.string.flatMap({ try? Timestamp(rfc3339: $0) }), from <= .now()
        else { return "" }
        let datasets = (record["targets"]?.array ?? []).compactMap(\.string).prefix(4)
        return "; what it prohibited is no longer prohibited: "
            + datasets.map { "`hansa policy who \($0.printable)`" }.joined(separator: ", ") + " says who may what"
    }
}
