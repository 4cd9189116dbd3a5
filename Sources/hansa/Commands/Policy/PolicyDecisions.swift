import ArgumentParser
import CityIdentity
import Ledger
import SharingPolicy
import StrictJSON

struct PolicyApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Agree to a proposed policy with a key that has not yet.",
        discussion: "Example: hansa policy approve 5e88…  --key policy-2")

    @OptionGroup var decision: PolicyDecisionOptions

    func run() async throws {
        let hash = try decision.policyHash
        let key = try await decision.keyThatHasNotAgreed(to: hash)
        try await decision.run(saying: "approved", key: key) { .policyApprove($0) }
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
            A policy that prohibits something takes as many keys to end as to begin.
            Example: hansa policy withdraw 5e88… --reason "replaced"
            """)

    @OptionGroup var decision: PolicyDecisionOptions

    func run() async throws {
        try await decision.run(saying: "withdrawn", key: decision.options.key) { .policyWithdraw($0) }
    }
}

/// What decisions on a policy take alike.
struct PolicyDecisionOptions: ParsableArguments {
    @OptionGroup var options: TransactionOptions

    @Argument(help: "The policy's hash, as `hansa policy list` shows it.")
    var hash: String

    @Option(name: .long, help: "Why; stands on the ledger.")
    var reason: String?

    var policyHash: PolicyHash {
        get throws {
            guard let parsed = PolicyHash(hash) else {
                throw CommandError(.usage, "`\(hash.printable)` is not a policy's hash: 64 hexadecimal digits")
            }
            return parsed
        }
    }

    /// The key that was named, or the first of the home's policy keys that is not among the approvals.
    func keyThatHasNotAgreed(to hash: PolicyHash) async throws -> String? {
        if let key = options.key { return key }
        let profile = try await options.home.profile()
        let code = try profile.code()
        let record = try await NodeClient.with(try profile.node()) { try await $0.json("/policies/\(hash)") }
        let agreed = Set((record["approvals"]?.array ?? []).compactMap(\.string))
        return profile.home.keyNames(for: .policy).first { !agreed.contains("\(code)#\($0)") }
    }

    func run(saying word: String, key: String?, _ body: (PolicyDecision) -> Transaction.Body) async throws {
        let hash = try policyHash
        var options = options
        options.key = key
        try await options.submit(
            body(PolicyDecision(policy: hash, reason: reason)), for: .policy, saying: "\(word) \(hash)",
            json: [("hash", JSONValue(hash.description))])
    }
}
