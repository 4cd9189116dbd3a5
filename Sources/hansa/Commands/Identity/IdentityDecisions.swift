import ArgumentParser
import CityIdentity
import Ledger
import StrictJSON

struct IdentityApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Vote, as a registrar, for a city's application.",
        discussion: """
            The vote falls to the application by that key alone; compare it with what the city told you.
            Example: hansa identity approve MA.840.5363000 --application 7dJY…
            """)

    @OptionGroup var decision: DecisionOptions

    func run() async throws {
        try await decision.run(.approve, saying: "approved") { .identityApprove($0) }
    }
}

struct IdentityReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Vote, as a registrar, against a city's application.",
        discussion: "Example: hansa identity reject MA.840.5363000 --reason \"the caller was not the city\"")

    @OptionGroup var decision: DecisionOptions

    func run() async throws {
        try await decision.run(.reject, saying: "rejected") { .identityReject($0) }
    }
}

/// What approving and rejecting take alike.
struct DecisionOptions: ParsableArguments {
    @OptionGroup var options: TransactionOptions

    @Argument(help: "The code applied for.")
    var target: String

    @Option(
        name: .long, help: "The thumbprint of the key that signed the application. (default: the only one that stands)")
    var application: String?

    @Option(name: .long, help: "Why.")
    var reason: String?

    func run(
        _ motion: IdentityRecord.Motion, saying word: String, _ body: (ApplicationDecision) -> Transaction.Body
    ) async throws {
        let code = try argument(target) { try IdentificationCode(target) }
        let answer = try await options.home.withNode { try await $0.identity(code) }
        let waiting = (answer["applications"]?.array ?? []).compactMap { $0["identity"]?["application"]?.string }
        let signers = waiting.map { "`\($0.printable)`" }.joined(separator: ", ")
        guard let first = waiting.first else {
            throw CommandError(.notFound, "there is no application for `\(code)`")
        }
        guard application != nil || waiting.count == 1 else {
            throw CommandError(
                .usage, "\(waiting.count) applications for `\(code)` stand side by side, signed by \(signers)",
                advice: "ask the city which key is its own, and name it with --application")
        }
        let standing = application ?? first
        guard waiting.contains(where: { $0.utf8.elementsEqual(standing.utf8) }) else {
            throw CommandError(.denied, "no application signed by that key stands for `\(code)`, but by \(signers)")
        }
        let decision = ApplicationDecision(code: code, application: standing, reason: reason)
        try await options.submit(
            body(decision), for: .registry, saying: "\(word) the application of \(code) signed by key \(standing)",
            json: [("code", JSONValue(code.description)), ("application", JSONValue(standing))])
        if !options.output.json { options.output.say(try await outcome(motion, code, standing)) }
    }

    /// What the votes have come to.
    private func outcome(
        _ motion: IdentityRecord.Motion, _ code: IdentificationCode, _ application: String
    ) async throws -> String {
        try await options.home.withNode { node in
            let answer = try? await node.identity(code)
            let needed = try await node.json("/network")["threshold"]?.int ?? 0
            return Self.outcome(motion, application, answer: answer, needed: needed)
        }
    }

    /// What the votes have come to, by a node's answer about the code, which has none once it was rejected.
    static func outcome(
        _ motion: IdentityRecord.Motion, _ application: String, answer: JSONValue?, needed: Int
    ) -> String {
        let waiting = (answer?["applications"]?.array ?? []).first {
            $0["identity"]?["application"]?.string == application
        }
        guard let waiting else {
            return motion == .approve
                ? "\(answer?["identity"]?.field("code") ?? "the code") is \(answer?["identity"]?.field("status") ?? "unknown") now"
                : "the application is rejected"
        }
        let votes = waiting["identity"]?["votes"]?[motion.rawValue]?.array?.count ?? 0
        let missing = max(needed - votes, 1)
        return
            "it waits: \(votes) of the \(needed) registrars that must vote \(motion == .approve ? "for" : "against") it "
            + "have; \(missing) more \(missing == 1 ? "vote is" : "votes are") needed"
    }
}

struct IdentitySuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Stop a code from taking part until it is reinstated.",
        discussion: "Example: hansa identity suspend MA.156.1301.02 --reason \"lost laptop\"")

    @OptionGroup var change: StatusOptions

    func run() async throws {
        try await change.run(saying: "suspended") { .identitySuspend($0) }
    }
}

struct IdentityReinstate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reinstate", abstract: "Let a suspended code take part again.",
        discussion: "Example: hansa identity reinstate MA.156.1301.02 --reason \"keys replaced\"")

    @OptionGroup var change: StatusOptions

    func run() async throws {
        try await change.run(saying: "reinstated") { .identityReinstate($0) }
    }
}

struct IdentityRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "End a code for ever; it is never given again.",
        discussion: "Example: hansa identity retire MA.156.1301.02 --reason \"the department was dissolved\"")

    @OptionGroup var change: StatusOptions

    func run() async throws {
        try await change.run(saying: "retired") { .identityRetire($0) }
    }
}

/// What changes of status take alike.
struct StatusOptions: ParsableArguments {
    @OptionGroup var options: TransactionOptions

    @Argument(help: "The code.")
    var target: String

    @Option(name: .long, help: "Why; stands on the ledger.")
    var reason: String

    func run(saying word: String, _ body: (StatusChange) -> Transaction.Body) async throws {
        let code = try argument(target) { try IdentificationCode(target) }
        try await options.submit(
            body(StatusChange(code: code, reason: reason)), for: .registry, saying: "\(word) \(code)",
            json: [("code", JSONValue(code.description))])
    }
}
