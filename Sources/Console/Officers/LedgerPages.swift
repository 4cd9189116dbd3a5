import AccessReceipts
import CityIdentity
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import NIOCore

/// The overview, and what the ledger says of identities, as pages.
struct LedgerPages: Sendable {
    let sources: OfficersServer.Sources
    let pages: Pages
    let receipts: ReceiptPages

    func addRoutes(to router: Router<OfficerContext>) {
        router.get("/") { _, context in try await overview(context.requireOfficer()) }
        router.get("/identities") { _, context in identities(try context.requireOfficer()) }
        router.get("/identities/:code") { _, context in
            guard let code = try? IdentificationCode(try context.pathValue("code")),
                let record = sources.ledger.view.identity(code)
            else { throw HTTPError(.notFound) }
            return identity(record, try context.requireOfficer())
        }
    }

    private func overview(_ officer: Officer) async throws -> Response {
        let language = officer.language
        let view = sources.ledger.view
        let latest = try await sources.receipts.reader.list(limit: 10).receipts
        let values: Pages.Values = [
            "network": view.network, "gateway": sources.operatorCode.description, "height": String(view.height),
            "ledgerSize": String(view.size),
            "receiptsSize": String(try await sources.receipts.reader.size()),
            "notAnchored": String(sources.receipts.anchorState(at: sources.clock()).pending),
            "receipts": pages.part("receipts", receipts.table(latest, language), language),
        ]
        return pages.page("overview", title: language.text("overview"), values, for: officer)
    }

    private func identities(_ officer: Officer) -> Response {
        let language = officer.language
        let view = sources.ledger.view
        let preferred = language == .chinese ? ["zh", "en"] : ["en", "zh"]
        let rows: [Pages.Values] = view.identities.map { identity in
            let keys = view.keys(of: identity.code).filter { $0.reasonAgainstUse(at: view.time) == nil }
            return [
                "code": identity.code.description,
                "name": identity.profile.title.text(in: preferred[0], preferred[1]),
                "status": language.text(identity.status.rawValue), "keys": String(keys.count),
            ]
        }
        return pages.page("identities", title: language.text("identities"), ["rows": rows], for: officer)
    }

    private func identity(_ record: IdentityRecord, _ officer: Officer) -> Response {
        let language = officer.language
        let view = sources.ledger.view
        let now = sources.clock()
        let standing = view.reasonAgainst(record.code)
        let keys: [Pages.Values] = view.keys(of: record.code).map { key in
            let declaration = key.declaration
            return [
                "id": key.id.description, "algorithm": key.publicKey.algorithm.rawValue,
                "purposes": declaration.purposes.map(\.rawValue).sorted().joined(separator: ", "),
                "notBefore": declaration.notBefore.rfc3339, "notAfter": declaration.notAfter.rfc3339,
                "status": key.reasonAgainstUse(at: now) ?? standing ?? language.text("inUse"),
            ]
        }
        let preferred = language == .chinese ? ["zh", "en"] : ["en", "zh"]
        var facts = [
            Pages.fact(language.text("code"), record.code.description, isCode: true),
            Pages.fact(language.text("name"), record.profile.title.text(in: preferred[0], preferred[1])),
            Pages.fact(language.text("status"), language.text(record.status.rawValue)),
            Pages.fact(language.text("registered"), record.registered.rfc3339),
        ]
        if let contact = record.profile.contact { facts.append(Pages.fact(language.text("contact"), contact)) }
        if let reason = record.reason { facts.append(Pages.fact(language.text("reason"), reason)) }
        return pages.page(
            "identity", title: "\(language.text("identity")) \(record.code)", ["facts": facts, "keys": keys],
            for: officer)
    }
}
