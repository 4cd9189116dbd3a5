import CityIdentity
import SharingPolicy

/// A policy's document on disk.
enum PolicyFile {
    static func format(of path: String) -> Policy.Format {
        path.hasSuffix(".json") || path.hasSuffix(".jsonld") ? .jsonld : .yaml
    }

    /// Reads as far as the document can be understood, with all problems.
    static func read(_ path: String) throws -> Policy {
        let text = try InputFile.text(path)
        do {
            return try Policy(reading: Array(text.utf8), format: format(of: path))
        } catch {
            throw CommandError(.input, "`\(path)` is not a policy", cause: error)
        }
    }

    /// Reads a policy that its datasets' city could propose: what is asked of another would be answered by what is left of it.
    ///
    /// - Throws: `CommandError` with every error that `hansa policy check` tells.
    static func proposable(_ path: String) throws -> Policy {
        let policy = try read(path)
        let errors = policy.checkForProposal(by: policy.datasets.first?.provider.city).filter { $0.severity == .error }
        guard errors.isEmpty else { throw refusal(of: path, .input, errors) }
        return policy
    }

    /// That a policy cannot be proposed, and why.
    static func refusal(of name: String, _ status: ExitStatus, _ errors: [PolicyProblem]) -> CommandError {
        CommandError(
            status,
            "`\(name.printable)` cannot be proposed:\n"
                + errors.map { "  \("\($0)".printable)" }.joined(separator: "\n"))
    }
}
