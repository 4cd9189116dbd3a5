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
        Self.directory(home, environment: ProcessInfo.processInfo.environment)
    }

    /// The directory named by the flag, by `HANSA_HOME`, or else `.hansa` below `HOME`.
    static func directory(_ flag: String?, environment: [String: String]) -> Home {
        if let named = flag ?? environment["HANSA_HOME"] { return Home(named) }
        let user = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return Home(user + "/.hansa")
    }

    func profile(_ more: [String: String?] = [:]) async throws -> Profile {
        var flags = more.compactMapValues { $0 }
        if let code { flags["code"] = code }
        if let node { flags["node"] = node }
        return try await Profile(home: directory, flags: flags, environment: ProcessInfo.processInfo.environment)
    }

    /// Runs with the node that the profile names.
    func withNode<Result>(_ work: (NodeClient) async throws -> Result) async throws -> Result {
        try await NodeClient.with(try await profile().node(), work)
    }

    /// The code that was named, or the profile's own.
    func code(or target: String?) async throws -> IdentificationCode {
        guard let target else { return try await profile().code() }
        return try argument(target) { try IdentificationCode(target) }
    }
}
