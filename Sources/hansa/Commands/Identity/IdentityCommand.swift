import ArgumentParser
import CityIdentity
import Ledger
import StrictJSON

/// `hansa identity`: the codes of the network, and how one comes to be on it.
struct IdentityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: "Apply for a code, decide on applications, see who takes part.",
        discussion: "Example: hansa identity list --status applied",
        subcommands: [
            IdentityApply.self, IdentityApprove.self, IdentityReject.self, IdentityDelegate.self,
            IdentityUpdateCommand.self,
            IdentitySuspend.self, IdentityReinstate.self, IdentityRetire.self, IdentityList.self, IdentityShow.self,
        ])
}

/// Titles in several languages, as `--title en=Seattle --title zh=西雅图`.
struct Titles {
    static func parse(_ arguments: [String], flag: String) throws -> LocalizedText {
        var texts: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[1].isEmpty, texts[parts[0]] == nil else {
                throw CommandError(.usage, "`\(flag) \(argument)` must be LANGUAGE=TEXT, each language once")
            }
            texts[parts[0]] = parts[1]
        }
        return LocalizedText(texts)
    }
}

/// What an application says beside its code: names, contact, and every key of the home.
struct ApplicationOptions: ParsableArguments {
    @Option(name: .long, help: "The name in a language, LANGUAGE=TEXT; may be repeated.")
    var title: [String] = []

    @Option(name: .long, help: "Where to reach the people who run it: a mail address, a telephone number.")
    var contact: String?

    @Option(name: .long, help: "Where its gateway answers: an https URL.")
    var endpoint: String?

    @Option(name: .long, help: "For how many days the keys are declared valid.")
    var days: Int = 730

    func application(for profile: Profile) throws -> IdentityApplication {
        guard !title.isEmpty else {
            throw CommandError(.usage, "give the name with --title, such as --title en=Seattle")
        }
        let code = try profile.code()
        let keys = try KeyDeclarations.all(of: profile.home, code: code, days: days)
        let about = IdentityProfile(
            title: try Titles.parse(title, flag: "--title"), contact: contact, endpoint: endpoint)
        return IdentityApplication(code: code, profile: about, keys: keys)
    }
}

struct IdentityApply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Apply for a city's code, with the keys of this home.",
        discussion: """
            Before it come `hansa network join --code CODE --node URL`, which writes the profile of this home, and
            `hansa key generate tls exchange policy policy registry`. All of a city's way: Documentation/cities.md
            Example: hansa identity apply --title en=Seattle --title zh=西雅图 --contact data@seattle.example
            """)

    @OptionGroup var options: TransactionOptions
    @OptionGroup var about: ApplicationOptions

    @Option(name: .long, help: "Write the application to a file for the node above to delegate, and submit nothing.")
    var outputFile: String?

    func run() async throws {
        let profile = try await options.home.profile()
        let application = try about.application(for: profile)
        if let outputFile {
            try ApplicationFile.write(application, to: outputFile)
            return options.output.say("wrote the application for \(application.code) to \(outputFile)")
        }
        do {
            try await options.submit(
                .identityApply(application), for: .registry,
                saying: "\(application.code) has applied with \(application.keys.count) keys; registrars now decide",
                json: [("code", JSONValue(application.code.description))])
        } catch let error as CommandError where error.status == .denied {
            throw CommandError(
                .denied, error.message, advice: await standing(of: application.code), cause: error.cause)
        }
    }

    /// What stands on the ledger already, which is why an application is refused as a rule.
    private func standing(of code: IdentificationCode) async -> String? {
        guard let identity = try? await options.home.withNode({ try await $0.identity(code)["identity"] }) else {
            return nil
        }
        return
            "`\(code)` is on the ledger already (\(identity.field("status"))); `hansa identity show \(code)` shows its keys"
    }
}

struct IdentityDelegate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delegate", abstract: "Give a code below your own to a department or a system.",
        discussion: """
            The department writes its application: hansa identity apply --code MA.156.1301.01 --title en=Parks --output-file parks.json
            Example: hansa identity delegate parks.json
            """)

    @OptionGroup var options: TransactionOptions

    @Argument(help: "The application that the department wrote.", completion: .file())
    var file: String

    func run() async throws {
        let application = try ApplicationFile.read(file)
        try await options.submit(
            .identityDelegate(application), for: .registry,
            saying: "\(application.code) is active with \(application.keys.count) keys",
            json: [("code", JSONValue(application.code.description))])
    }
}

struct IdentityUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change what a code says of itself, or how many keys must agree to a policy.",
        discussion: "Example: hansa identity update --contact data@seattle.example --policy-approvals 3")

    @OptionGroup var options: TransactionOptions

    @Argument(help: "The code to change. (default: your own)")
    var target: String?

    @Option(name: .long, help: "The name in a language, LANGUAGE=TEXT; replaces all names.")
    var title: [String] = []

    @Option(name: .long, help: "Where to reach the people who run it.")
    var contact: String?

    @Option(name: .long, help: "Where its gateway answers: an https URL.")
    var endpoint: String?

    @Option(name: .long, help: "How many different policy keys must agree before a policy is in force.")
    var policyApprovals: Int?

    func run() async throws {
        let code = try await options.home.code(or: target)
        let range = IdentityUpdate.policyApprovalsRange
        if let policyApprovals, !range.contains(policyApprovals) {
            throw CommandError(.usage, "--policy-approvals must be from \(range.lowerBound) to \(range.upperBound)")
        }
        let update = IdentityUpdate(
            code: code, title: title.isEmpty ? nil : try Titles.parse(title, flag: "--title"), contact: contact,
            endpoint: endpoint, policyApprovals: policyApprovals)
        try await options.submit(.identityUpdate(update), for: .registry, saying: "\(code) is changed")
        if let policyApprovals { try await warn(of: code, policyApprovals) }
    }

    /// With fewer keys than must agree no policy comes into force any more.
    private func warn(of code: IdentificationCode, _ wanted: Int) async throws {
        let keys = try await options.home.withNode { try await $0.keys(of: code) }
        let count = keys.count { $0.isActive(at: .now(), for: .policy) }
        guard count < wanted else { return }
        options.output.say(
            "  only \(count) policy keys of \(code) are in use: add more, or no policy can come into force")
    }
}
