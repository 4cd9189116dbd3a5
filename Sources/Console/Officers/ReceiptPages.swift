import AccessReceipts
import CityIdentity
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import SharingPolicy
import StrictJSON

/// The receipts an officer may read: as pages, and as JSON under `/api`.
struct ReceiptPages: Sendable {
    let reader: ReceiptReader
    let pages: Pages
    /// Makes the evidence of a receipt, as `hansa receipts verify` reads it.
    let evidence: @Sendable (ReceiptID) async throws -> [UInt8]

    func addRoutes(to router: some RouterMethods<OfficerContext>) {
        router.get("/receipts") { request, context in
            try await list(request, context.requireOfficer())
        }
        router.get("/receipts/:id") { _, context in
            try await show(try id(context), context.requireOfficer())
        }
        router.get("/receipts/:id/evidence") { _, context in
            let id = try id(context)
            return Answer(mediaType: "application/json", body: try await evidence(id))
        }
        router.get("/api/receipts") { request, _ in
            try await listAsJSON(request)
        }
        router.get("/api/receipts/:id") { _, context in
            let content = try await stored(try id(context)).content
            guard let content else { throw HTTPError(.gone) }
            return Answer(mediaType: "application/json", body: content.bytes)
        }
    }

    // MARK: - Pages

    private func list(_ request: Request, _ officer: Officer) async throws -> Response {
        let query: ReceiptQuery
        do { query = try ReceiptQuery(request.uri.queryParameters) } catch {
            return self.form(again: error, for: officer)
        }
        let page = try await reader.list(query.filter, after: query.cursor, limit: 50)
        var values = table(page.receipts, officer.language)
        values["filter"] = query.formValues
        if let next = page.next { values["next"] = "/receipts?" + query.link(after: next) }
        return pages.page("receipts", title: officer.language.text("receipts"), values, for: officer)
    }

    /// The form as it was filled in, with what is wrong in it.
    private func form(again fault: ReceiptQuery.Fault, for officer: Officer) -> Response {
        let language = officer.language
        var values = ReceiptQuery.formValues(fault.given)
        values["\(fault.name)Fault"] = true
        let message: Pages.Values = ["label": language.text(fault.name), "message": language.text(fault.expectation)]
        values["fault"] = message
        return pages.page(
            "receipts", title: language.text("receipts"), ["filter": values], for: officer, status: .badRequest)
    }

    /// The rows of a table of receipts.
    func table(_ receipts: [StoredReceipt], _ language: Language) -> Pages.Values {
        let rows: [Pages.Values] = receipts.compactMap { stored in
            guard let receipt = try? stored.receipt() else { return nil }
            return [
                "id": stored.id.description, "time": receipt.time.rfc3339, "consumer": receipt.consumer.description,
                "dataset": receipt.dataset ?? "", "action": receipt.action ?? "", "purpose": receipt.purpose ?? "",
                "outcome": receipt.decision.outcome.rawValue,
                "decision": language.text(receipt.decision.outcome.rawValue),
                "kind": kind(of: receipt, language), "isBroken": receipt.isBroken,
                "status": receipt.response.map { String($0.status) } ?? "",
                "owed": receipt.isOwedFor ? receipt.decision.obligations.joined(separator: ", ") : "",
            ]
        }
        return [
            "rows": rows, "hasRows": !rows.isEmpty, "isEmpty": rows.isEmpty,
            "showsOwed": rows.contains { $0["owed"] as? String != "" },
        ]
    }

    private func show(_ id: ReceiptID, _ officer: Officer) async throws -> Response {
        let stored = try await stored(id)
        let language = officer.language
        guard let content = stored.content else {
            return pages.page(
                "message", title: language.text("receipt"), ["message": language.text("erased")], for: officer,
                status: .gone)
        }
        let values: Pages.Values = [
            "facts": facts(try stored.receipt(), position: stored.position, language),
            "evidence": "/receipts/\(id)/evidence", "bytes": "/api/receipts/\(id)",
            "json": (try? JSONValue(parsing: content.bytes).indentedText) ?? "",
        ]
        return pages.page("receipt", title: "\(language.text("receipt")) \(id)", values, for: officer)
    }

    private func facts(_ receipt: Receipt, position: UInt64, _ language: Language) -> [Pages.Values] {
        // The policy that decided stands on the ledger for ever; so does the dataset's provider.
        let policy = receipt.decision.policy.flatMap { PolicyHash(bytes: $0)?.description }
        let links = [
            "policy": policy.map { "/policies/\($0)" }, "consumer": "/identities/\(receipt.consumer)",
            "provider": receipt.provider.map { "/identities/\($0)" },
            "openingReceipt": receipt.closes.map { "/receipts/\($0.opening)" },
        ].compactMapValues { $0 }
        let obligations = receipt.decision.obligations
        let owed = obligations.isEmpty ? nil : obligations.joined(separator: ", ")
        let rows: [(key: String, value: String?, code: Bool)] = [
            ("time", receipt.time.rfc3339, false), ("kind", kind(of: receipt, language), false),
            ("openingReceipt", receipt.closes?.opening.description, true),
            ("decision", language.text(receipt.decision.outcome.rawValue), false),
            ("reason", receipt.decision.reason, false), ("rule", receipt.decision.rule, true),
            ("policy", policy, true), ("owed", owed, false),
            ("consumer", receipt.consumer.description, true), ("provider", receipt.provider?.description, true),
            ("dataset", receipt.dataset, true), ("action", receipt.action, false), ("purpose", receipt.purpose, false),
            ("request", "\(receipt.method) \(receipt.target)", true),
            ("requestSize", String(receipt.request.size), false),
            ("signedWith", receipt.request.signature?.key.description, true),
            ("responseStatus", receipt.response.map { String($0.status) }, false),
            ("responseSize", receipt.response.map { String($0.size) }, false),
            ("responseDigest", receipt.response?.digest?.fieldValue, true),
            ("ledgerHeight", String(receipt.ledgerHeight), false), ("logIndex", String(position), false),
        ]
        return rows.compactMap { row in
            row.value.map { Pages.fact(language.text(row.key), $0, isCode: row.code, href: links[row.key]) }
        }
    }

    /// What part of an exchange a receipt is of, and how the exchange ended.
    private func kind(of receipt: Receipt, _ language: Language) -> String {
        switch receipt.kind {
        case .single: language.text("single")
        case .opening: language.text("opening")
        case .closing(let closing): language.text("end.\(closing.end.rawValue)")
        }
    }

    // MARK: - JSON

    private func listAsJSON(_ request: Request) async throws -> Answer {
        let query: ReceiptQuery
        do { query = try ReceiptQuery(request.uri.queryParameters) } catch { throw error.problem }
        let page = try await reader.list(query.filter, after: query.cursor, limit: query.limit)
        let receipts = try page.receipts.map { stored -> JSONValue in
            let body: JSONValue = try stored.content.map { try JSONValue(parsing: $0.bytes) } ?? .null
            return ["id": .string(stored.id.description), "index": .init(stored.position), "receipt": body]
        }
        return .json(["receipts": .array(receipts), "next": page.next.map { .string($0.description) } ?? .null])
    }

    private func id(_ context: OfficerContext) throws -> ReceiptID {
        guard let text = context.parameters.get("id"), let id = ReceiptID(text) else { throw HTTPError(.notFound) }
        return id
    }

    private func stored(_ id: ReceiptID) async throws -> StoredReceipt {
        guard let stored = try await reader.receipt(id) else { throw HTTPError(.notFound) }
        return stored
    }
}

extension Receipt {
    /// What it closes; `nil` where it closes nothing.
    fileprivate var closes: Closing? {
        if case .closing(let closing) = kind { closing } else { nil }
    }

    /// Whether the exchange ended before all of it was handed over.
    fileprivate var isBroken: Bool { closes.map { $0.end != .complete } ?? false }
}
