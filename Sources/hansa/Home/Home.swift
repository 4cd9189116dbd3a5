import CityIdentity
import Foundation

/// A directory of one participant: `profile.yaml`, `keys/NAME.pem`, `certificates/NAME.pem`.
struct Home: Sendable {
    let directory: String

    init(_ directory: String) {
        self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    }

    var profilePath: String { directory + "/profile.yaml" }
    var keysDirectory: String { directory + "/keys" }
    var certificatesDirectory: String { directory + "/certificates" }

    func keyPath(_ name: String) -> String { "\(keysDirectory)/\(name).pem" }
    func certificatePath(_ name: String) -> String { "\(certificatesDirectory)/\(name).pem" }

    /// Creates the directory; keys are for its owner alone.
    func create() throws {
        do {
            let files = FileManager.default
            try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try files.createDirectory(
                atPath: keysDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try files.createDirectory(atPath: certificatesDirectory, withIntermediateDirectories: true)
        } catch {
            throw CommandError(.failure, "cannot create `\(directory)`: \(SystemError.text(of: error))")
        }
    }

    /// The names of the keys that are there, sorted so that `exchange-2` comes before `exchange-10`.
    var keyNames: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: keysDirectory)) ?? []
        return files.filter { $0.hasSuffix(".pem") }.map { String($0.dropLast(4)) }
            .sorted { ($0.count, $0) < ($1.count, $1) }
    }

    /// The names of the keys for a purpose, by the convention `PURPOSE-N`.
    func keyNames(for purpose: KeyPurpose) -> [String] {
        keyNames.filter { $0 == purpose.rawValue || $0.hasPrefix(purpose.rawValue + "-") }
    }

    /// The key of that name, or the first for one of the purposes that the ledger has in use.
    ///
    /// The node is asked only where there is a choice; where it cannot say, the first is taken, as for a code that has
    /// yet to apply.
    func key(
        named name: String?, for purposes: [KeyPurpose], of code: IdentificationCode, node: NodeClient
    ) async throws -> (name: String, key: PrivateKey) {
        let choice = purposes.flatMap { purpose in keyNames(for: purpose).map { (name: $0, purpose: purpose) } }
        guard name == nil, choice.count > 1, let records = try? await node.keys(of: code) else {
            return try key(named: name, for: purposes)
        }
        let usable = choice.first { candidate in
            records.contains { $0.id.name == candidate.name && $0.isActive(at: .now(), for: candidate.purpose) }
        }
        return try key(named: usable?.name, for: purposes)
    }

    /// The key of that name, or the first for one of the purposes.
    func key(named name: String?, for purposes: [KeyPurpose]) throws -> (name: String, key: PrivateKey) {
        if let name { return (name, try KeyFile.read(keyPath(name))) }
        for purpose in purposes {
            if let first = keyNames(for: purpose).first { return (first, try KeyFile.read(keyPath(first))) }
        }
        let wanted = purposes.map { "`\($0.rawValue)`" }.joined(separator: " or ")
        throw CommandError(
            .input, "there is no key for \(wanted) in `\(keysDirectory)`",
            advice:
                "make one with `hansa key generate --home \(directory) \(purposes[0].rawValue)`, or name one with --key"
        )
    }
}
