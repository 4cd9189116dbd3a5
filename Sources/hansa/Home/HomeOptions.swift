import ArgumentParser
import CityIdentity
import Foundation

/// Whose keys a command uses and which node it talks to; the same on every command.
struct HomeOptions: ParsableArguments {
    @Option(name: .long, help: "The directory with profile.yaml and keys. Also HANSA_HOME. (default: ~/.hansa)")
    var home: String?

    @Option(name: .long, help: "The code to act for, instead of the profile's.")
    var code: String?

    @Option(name: .long, help: "The node's public URL, instead of the profile's.")
    var node: String?

    var directory: Home {
        let environment = ProcessInfo.processInfo.environment
        return Home(home ?? environment["HANSA_HOME"] ?? NSHomeDirectory() + "/.hansa")
    }

    func profile(_ more: [String: String?] = [:]) async throws -> Profile {
        var flags = more.compactMapValues { $0 }
        if let code { flags["code"] = code }
        if let node { flags["node"] = node }
        return try await Profile(home: directory, flags: flags, environment: ProcessInfo.processInfo.environment)
    }

    /// The code that was named, or the profile's own.
    func code(or target: String?) async throws -> IdentificationCode {
        guard let target else { return try await profile().code() }
        return try argument(target) { try IdentificationCode(target) }
    }
}
