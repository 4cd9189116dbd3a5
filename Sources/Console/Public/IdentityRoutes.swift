import CityIdentity
import Hummingbird
import HummingbirdCore
import Ledger
import StrictJSON

/// Identities and their keys, as the ledger has them and as DID documents.
struct IdentityRoutes: Sendable {
    let ledger: Ledger

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/identities") { _, _ in
            Answer.json(["identities": .array(ledger.view.identities.map(\.json))])
        }
        router.get("/identities/:code") { _, context in
            let view = ledger.view
            let identity = try Self.identity(try Self.code(context.pathValue("code")), in: view)
            return Answer.json([
                "identity": identity.json, "keys": .array(view.keys(of: identity.code).map(\.json)),
                "inactive": view.reasonAgainst(identity.code).map { .string($0) } ?? .null,
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

    private static func code(_ text: String) throws(ProblemAnswer) -> IdentificationCode {
        do {
            return try IdentificationCode(text)
        } catch {
            throw .badRequest("\(error)")
        }
    }

    private static func identity(
        _ code: IdentificationCode, in view: LedgerView
    ) throws(ProblemAnswer) -> IdentityRecord {
        guard let identity = view.identity(code) else {
            throw .notFound("`\(code)` does not stand on the ledger")
        }
        return identity
    }

    private static func document(_ code: IdentificationCode, in view: LedgerView) throws(ProblemAnswer) -> Answer {
        let identity = try identity(code, in: view)
        let services = identity.profile.endpoint.map {
            [DIDDocument.Service(name: "gateway", type: "HansaGateway", endpoint: $0)]
        }
        let document = DIDDocument(
            code: code, keys: view.keys(of: code), services: services ?? [], isActive: view.isActive(code),
            time: view.time)
        return .json(document.json, mediaType: DIDDocument.mediaType)
    }
}
