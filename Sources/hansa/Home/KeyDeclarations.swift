import CityIdentity
import Foundation
import Ledger
import StrictJSON

/// What a home's key files are declared as: the purpose is in the name, `PURPOSE-N`.
enum KeyDeclarations {
    static func all(of home: Home, code: IdentificationCode, days: Int) throws -> [KeyDeclaration] {
        let declarations = try home.keyNames.compactMap { name -> KeyDeclaration? in
            guard purpose(of: name) != nil else { return nil }
            return try one(name, of: home, code: code, days: days)
        }
        guard !declarations.isEmpty else {
            throw CommandError(
                .input, "there are no keys in `\(home.keysDirectory)`",
                advice: "make them with `hansa key generate tls exchange policy policy registry`")
        }
        return declarations
    }

    static func one(_ name: String, of home: Home, code: IdentificationCode, days: Int) throws -> KeyDeclaration {
        guard (1...7300).contains(days) else { throw CommandError(.usage, "--days must be from 1 to 7300") }
        guard let purpose = purpose(of: name) else {
            let purposes = KeyPurpose.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw CommandError(
                .usage, "`\(name)` does not name its purpose; key names are PURPOSE-N with one of \(purposes)")
        }
        let key = try KeyFile.read(home.keyPath(name))
        // A minute of grace, so that a node whose clock is behind does not find the key not valid yet.
        let start = Timestamp.now().adding(seconds: -60).wholeSecond
        return try KeyDeclaration(
            id: KeyIdentifier(code: code, name: name), publicKey: key.publicKey, purposes: [purpose],
            notBefore: start, notAfter: start.adding(seconds: Int64(days) * 86_400))
    }

    static func purpose(of name: String) -> KeyPurpose? {
        KeyPurpose.allCases.first { name == $0.rawValue || name.hasPrefix($0.rawValue + "-") }
    }
}

/// An application in a file, for the node above to read and delegate.
enum ApplicationFile {
    static func write(_ application: IdentityApplication, to path: String) throws {
        var members: [(String, JSONValue)] = [
            ("code", JSONValue(application.code.description)),
            (
                "title",
                JSONValue(
                    application.profile.title.texts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })
            ),
        ]
        if let contact = application.profile.contact { members.append(("contact", JSONValue(contact))) }
        if let endpoint = application.profile.endpoint { members.append(("endpoint", JSONValue(endpoint))) }
        members.append(("keys", JSONValue(application.keys.map(\.json))))
        let text = String(decoding: JSONValue(members).bytes, as: UTF8.self) + "\n"
        try OutputFile.write(text.utf8, to: path)
    }

    static func read(_ path: String) throws -> IdentityApplication {
        let text = try InputFile.text(path)
        do {
            let value = try JSONValue(parsing: Array(text.utf8))
            guard let code = value["code"]?.string, let title = value["title"]?.object, let keys = value["keys"]?.array
            else { throw CommandError(.input, "it must hold `code`, `title` and `keys`") }
            let texts = title.members.compactMap { member in member.value.string.map { (member.name, $0) } }
            return IdentityApplication(
                code: try IdentificationCode(code),
                profile: IdentityProfile(
                    title: LocalizedText(Dictionary(texts, uniquingKeysWith: { first, _ in first })),
                    contact: value["contact"]?.string, endpoint: value["endpoint"]?.string),
                keys: try keys.map { try KeyDeclaration(json: $0) })
        } catch {
            throw CommandError(.input, "`\(path)` is not an application", cause: error)
        }
    }
}
