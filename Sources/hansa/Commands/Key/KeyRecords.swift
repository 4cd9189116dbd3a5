import ArgumentParser
import CityIdentity
import Ledger
import StrictJSON

struct KeyAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Put a key of this home on the ledger.",
        discussion: "Example: hansa key add exchange-2")

    @OptionGroup var options: TransactionOptions

    @Argument(help: "The key's name, as in keys/NAME.pem.")
    var name: String

    @Option(name: .long, help: "For how many days the key is declared valid.")
    var days: Int = 730

    func run() async throws {
        let profile = try await options.home.profile()
        let declaration = try KeyDeclarations.one(name, of: profile.home, code: profile.code(), days: days)
        try await options.submit(
            .keyAdd(declaration), for: .registry, saying: "\(declaration.id) is on the ledger",
            json: [("key", JSONValue(declaration.id.description))])
    }
}

struct KeyRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End a key; its open connections close within a second.",
        discussion: "Example: hansa key revoke exchange-1 --reason \"laptop stolen\"")

    @OptionGroup var options: TransactionOptions

    @Argument(help: "The key's id, `MA.156.1301#tls-1`, or the name of one of your own.")
    var target: String

    @Option(name: .long, help: "Why; stands on the ledger.")
    var reason: String

    func run() async throws {
        let text = target.contains("#") ? target : "\(try await options.home.profile().code())#\(target)"
        let id = try argument(target) { try KeyIdentifier(text) }
        try await options.submit(
            .keyRevoke(KeyRevocation(key: id, reason: reason)), for: .registry, saying: "\(id) is revoked",
            json: [("key", JSONValue(id.description))])
    }
}

struct KeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The keys of a code as the ledger has them, and which of them are here.",
        discussion: "Example: hansa key list --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The code. (default: your own)")
    var target: String?

    func run() async throws {
        let code = try await home.code(or: target)
        let profile = try await home.profile()
        let answer = try await NodeClient.with(try profile.node()) { try await $0.identity(code) }
        let keys = answer["keys"]?.array ?? []
        let known = Set(keys.compactMap { try? KeyRecord(json: $0).id.description })
        let own = try? profile.code()
        let onlyHere = own == code ? profile.home.keyNames.filter { !known.contains("\(code)#\($0)") } : []
        var text = IdentityShow.keyTable(answer).rendered()
        if !onlyHere.isEmpty { text += "\nhere, and not on the ledger: \(onlyHere.joined(separator: " "))\n" }
        output.print(
            json: JSONValue([
                ("code", JSONValue(code.description)), ("keys", JSONValue(keys)),
                ("inactive", answer["inactive"] ?? .null), ("onlyHere", JSONValue(onlyHere.map { JSONValue($0) })),
            ]), text: text)
    }
}
