import CityIdentity
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import SharingPolicy

/// What the ledger says of policies, as pages.
struct PolicyPages: Sendable {
    let sources: OfficersServer.Sources
    let pages: Pages

    /// Of how many policies on a list, proposed anew to no avail, it is looked up what they were before.
    private static let limit = 64

    func addRoutes(to router: Router<OfficerContext>) {
        router.get("/policies") { _, context in try await policies(context.requireOfficer()) }
        router.get("/policies/:hash") { _, context in
            let view = sources.ledger.view
            guard let hash = PolicyHash(try context.pathValue("hash")), let record = view.policy(hash) else {
                throw HTTPError(.notFound)
            }
            return try await policy(record, in: view, try context.requireOfficer())
        }
    }

    private func policies(_ officer: Officer) async throws -> Response {
        let language = officer.language
        let view = sources.ledger.view
        let now = max(sources.clock(), view.time)
        var rows: [Pages.Values] = []
        var lookedUp = 0
        for record in view.policies {
            var earlier: [PolicyCourse] = []
            if lookedUp < Self.limit, PolicyFacts.mayHaveBeenMore(record, in: view, at: now) {
                lookedUp += 1
                earlier = try await sources.ledger.archive.earlierCourses(of: record, in: view)
            }
            let life = PolicyFacts(record, earlier: earlier, in: view, at: now, language)
            rows.append([
                "hash": record.hash.description, "short": String(record.hash.description.prefix(12)),
                "uid": record.targets.map(\.description).joined(separator: ", "),
                "provider": record.provider.description, "status": life.status,
            ])
        }
        return pages.page(
            "policies", title: language.text("policies"), ["rows": rows, "hasRows": !rows.isEmpty], for: officer)
    }

    private func policy(_ record: PolicyRecord, in view: LedgerView, _ officer: Officer) async throws -> Response {
        let language = officer.language
        let earlier = try await sources.ledger.archive.earlierCourses(of: record, in: view)
        let life = PolicyFacts(record, earlier: earlier, in: view, at: max(sources.clock(), view.time), language)
        let others: [Pages.Values] = earlier.map { ["facts": life.facts(of: $0)] }
        let document = String(decoding: record.proposal.document, as: UTF8.self)
        return pages.page(
            "policy", title: language.text("policy"),
            ["facts": life.facts, "earlier": others, "hasEarlier": !others.isEmpty, "document": document], for: officer)
    }
}
