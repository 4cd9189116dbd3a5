import CityIdentity
import Hummingbird
import HummingbirdCore
import Ledger
import StrictJSON

/// Identities and their keys, as the ledger has them and as DID documents.
struct IdentityRoutes: Sendable {
    let ledger: Ledger

    func addRoutes(to router: Router<PublicContext>) {
        router.get("/identities") { request, _ in
            let after = try request.uri.queryParameters.get("after").map { try Self.code(String($0)) }
            return Answer.json(Self.page(after: after, of: ledger.view))
        }
        router.get("/identities/:code") { _, context in
            let view = ledger.view
            let code = try Self.code(context.pathValue("code"))
            if view.identity(code) == nil, let first = view.applications(for: code).first {
                return Answer.json(Self.applied(first, in: view))
            }
            guard let identity = view.identity(code) else { throw Self.notFound(code) }
            return Answer.json([
                "identity": identity.json, "keys": .array(view.keys(of: identity.code).map(\.json)),
                "inactive": view.reasonAgainst(identity.code).map { .string($0) } ?? .null,
                "changes": .array(view.changes(of: identity.code).map { view.answer(for: $0) }),
            ])
        }
        router.get("/did/:did") { _, context in
            let text = try context.pathValue("did")
            guard let code = try? IdentificationCode(did: text) else {
                throw ProblemAnswer.badRequest("`\(text)` is no DID of the method `ma`")
            }
            return try Self.document(code, in: ledger.view)
        }
    }

    /// A code that is only applied for, as its first application has it, and all of them.
    private static func applied(_ first: ApplicationRecord, in view: LedgerView) -> JSONValue {
        [
            "identity": first.identity.json,
            "keys": .array(first.keys.map { KeyRecord($0, addedAt: first.identity.registered).json }),
            "inactive": .string("`\(first.code)` is applied for; registrars have yet to decide"),
            "applications": .array(view.applications(for: first.code).map(\.json)),
        ]
    }

    /// How many identities an answer has at most.
    static let pageSize = 500

    /// The identities after a code, the first page with what waits for registrars; `next` where there are more.
    private static func page(after code: IdentificationCode?, of view: LedgerView) -> JSONValue {
        let identities = view.identities(after: code, limit: pageSize + 1)
        let applied = code == nil ? view.applications.map(\.identity.json) : []
        var members: [(String, JSONValue)] = [
            ("identities", .array(applied + identities.prefix(pageSize).map(\.json)))
        ]
        if identities.count > pageSize {
            members.append(("next", .string(identities[pageSize - 1].code.description)))
        }
        return .init(members)
    }

    private static func code(_ text: String) throws(ProblemAnswer) -> IdentificationCode {
        do {
            return try IdentificationCode(text)
        } catch {
            throw .badRequest("\(error)")
        }
    }

    private static func notFound(_ code: IdentificationCode) -> ProblemAnswer {
        .notFound("`\(code)` does not stand on the ledger")
    }

    private static func document(_ code: IdentificationCode, in view: LedgerView) throws(ProblemAnswer) -> Answer {
        guard let document = view.didDocument(of: code, at: view.time) else { throw notFound(code) }
        return .json(document.json, mediaType: DIDDocument.mediaType)
    }
}

extension LedgerView {
    /// A change that waits, with how many `policy` keys must agree to it.
    func answer(for change: ChangeRecord) -> JSONValue {
        .init((change.json.object?.members ?? []) + [("needed", .init(needed(for: change)))])
    }
}
