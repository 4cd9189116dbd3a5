import CityIdentity
import Foundation
import TransparencyLog

/// Who a command acts for and whom it talks to: flags before environment before `profile.yaml`.
struct Profile: Sendable {
    let home: Home
    private let settings: SettingsReader

    init(home: Home, flags: [String: String], environment: [String: String]) async throws {
        self.home = home
        let file = FileManager.default.fileExists(atPath: home.profilePath) ? home.profilePath : nil
        self.settings = try await SettingsReader(
            schema: .profile, file: file, environment: environment, flags: flags,
            knownEnvironment: ConfigurationSchema.environmentNames)
    }

    func code() throws -> IdentificationCode {
        let text = try required("code", flag: "--code")
        do {
            return try IdentificationCode(text)
        } catch {
            throw CommandError(.configuration, "`code` of the profile is wrong", cause: error)
        }
    }

    func node() throws -> NodeAddress {
        NodeAddress(try required("node", flag: "--node"), certificate: settings.path("node-certificate"))
    }

    func gateway() throws -> String {
        let url = try required("gateway", flag: "--gateway")
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    func gatewayCertificate() throws -> String {
        guard let path = settings.path("gateway-certificate") else {
            _ = try required("gateway-certificate", flag: "--gateway-certificate")
            return ""
        }
        return path
    }

    var network: String? { settings["network"] }
    var ledgerKey: String? { settings["ledger-key"] }

    /// The fingerprint of the genesis of the network that was joined; `nil` for a profile that does not say.
    func genesis() throws -> Hash? {
        guard let text = settings["genesis"] else { return nil }
        guard let hash = Hash(hex: text) else {
            throw CommandError(
                .configuration,
                "`genesis` of the profile is wrong: `\(text.printable)` is not 64 lower-case hexadecimal digits")
        }
        return hash
    }

    func requiredNetwork() throws -> String { try required("network", flag: "--network") }
    func requiredLedgerKey() throws -> String { try required("ledger-key", flag: "--ledger-key") }

    private func required(_ key: String, flag: String) throws -> String {
        if let value = settings[key] { return value }
        let variable = settings.schema[key]?.environmentName ?? ""
        var advice = "give \(flag), set \(variable), or write `\(key): …` into \(home.profilePath)"
        if settings.file == nil {
            advice += "\n  `hansa network join --code CODE --node URL` gets to know a network and writes that file"
        }
        throw CommandError(.configuration, "`\(key)` is not set", advice: advice)
    }

    /// Writes a profile for others to edit.
    static func write(_ values: [(String, String)], to home: Home) throws {
        let lines = values.map { "\($0.0): \(Self.scalar($0.1))\n" }.joined()
        try OutputFile.write(lines.utf8, to: home.profilePath)
    }

    /// A YAML scalar that reads back as the same text.
    static func scalar(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
