import CityIdentity
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import SharingPolicy
import StrictJSON

extension LedgerView {
    /// The moment in which what it holds is shown: now, though not before the newest block.
    fileprivate var moment: Timestamp { max(.now(), time) }
}

/// What is offered, as a DCAT catalogue, and under which policies.
struct CatalogRoutes: Sendable {
    let sources: PublicServer.Sources
    let rate: AddressRate

    func addRoutes(to router: Router<PublicContext>) {
        router.get("/datasets") { request, context in
            try rate.spend(from: context.remoteAddress, on: Self.tooMany)
            let view = sources.ledger.view
            if request.headers[.accept]?.hasPrefix("application/json") == true {
                return Answer.json(["datasets": .array(view.datasetRecords.map(\.json))])
            }
            return Answer.json(catalogue(view), mediaType: "application/ld+json")
        }
        router.get("/policies") { request, context in
            try rate.spend(from: context.remoteAddress, on: Self.tooMany)
            return Answer.json(["policies": .array(try policies(request))])
        }
        router.get("/shares") { request, context in
            try rate.spend(from: context.remoteAddress, on: Self.tooMany)
            let view = sources.ledger.view
            guard let reader = request.uri.queryParameters.get("reader").flatMap({ try? IdentificationCode($0) }) else {
                throw ProblemAnswer.badRequest("`reader` is the code of who reads")
            }
            let shares = view.shares(with: reader, at: view.moment).sorted { $0.key < $1.key }
            return Answer.json([
                "shares": .init(shares.map { ($0.key.description, .array($0.value.map { .string($0) })) })
            ])
        }
        router.get("/policies/:hash") { _, context in
            let text = try context.pathValue("hash")
            let view = sources.ledger.view
            let hash = PolicyHash(text)
            if let record = hash.flatMap(view.policy) { return Answer.json(try await whole(record, in: view)) }
            // What waits for keys to agree is decided on as a policy is, and found as one.
            if let change = hash.flatMap(view.change) { return Answer.json(view.answer(for: change)) }
            throw ProblemAnswer.notFound("no policy of hash `\(text)` stands on the ledger")
        }
    }

    private static let tooMany = "asked for too many lists of datasets, policies or shares"

    private func policies(_ request: Request) throws(ProblemAnswer) -> [JSONValue] {
        let view = sources.ledger.view
        let now = view.moment
        var records = view.policies
        if let text = request.uri.queryParameters.get("dataset") {
            guard let dataset = try? DatasetIdentifier(text) else { throw .badRequest("`dataset` names no dataset") }
            records.removeAll { !$0.targets.contains(dataset) }
        }
        if let text = request.uri.queryParameters.get("status") {
            guard PolicyRecord.statusNames.contains(text) else {
                throw .badRequest("`status` is one of \(PolicyRecord.statusNames.joined(separator: ", "))")
            }
            records.removeAll { !view.isOf(status: text, $0, at: now) }
        }
        return records.map { Self.summary($0, in: view, at: now) }
    }

    /// A policy with the blocks of its history, and with what became of earlier proposals of its bytes.
    private func whole(_ record: PolicyRecord, in view: LedgerView) async throws(ProblemAnswer) -> JSONValue {
        let now = view.moment
        var members = record.json(at: now, status: view.status(of: record, at: now)).object ?? JSONObject()
        do {
            let heights = try await sources.ledger.archive.heights(of: record.history.map(\.leaf))
            members["history"] = .array(
                record.history.map { event in
                    var members = event.json.object ?? JSONObject()
                    members["height"] = heights[event.leaf].map { .init($0) }
                    return .object(members)
                })
            let earlier = try await sources.ledger.archive.earlierCourses(of: record, in: view)
            if !earlier.isEmpty { members["earlier"] = .array(earlier.map(\.json)) }
        } catch { throw ProblemAnswer(error) }
        return .object(members)
    }

    /// A policy without its document and history, of which a list could be long.
    private static func summary(_ record: PolicyRecord, in view: LedgerView, at now: Timestamp) -> JSONValue {
        var members = record.json(at: now, status: view.status(of: record, at: now)).object ?? JSONObject()
        members["policy"] = nil
        members["history"] = nil
        return .object(members)
    }

    /// The datasets as a catalogue of DCAT 3 in JSON-LD.
    private func catalogue(_ view: LedgerView) -> JSONValue {
        let datasets = view.datasets.map { dataset -> JSONValue in
            let access = "\(sources.exchangeURL)/exchange/\(dataset.identifier)"
            var members: [(String, JSONValue)] = [
                ("@id", .string(dataset.identifier.iri.description)), ("@type", "dcat:Dataset"),
                ("dct:identifier", .string(dataset.identifier.description)),
                ("dct:title", Self.literals(dataset.title)),
                ("dct:publisher", ["@id": .string(dataset.identifier.provider.did)]),
            ]
            if let text = dataset.description { members.append(("dct:description", Self.literals(text))) }
            if !dataset.keywords.isEmpty {
                members.append(("dcat:keyword", .array(dataset.keywords.map { .string($0) })))
            }
            if let license = dataset.license { members.append(("dct:license", .string(license))) }
            var distribution: [(String, JSONValue)] = [
                ("@type", "dcat:Distribution"), ("dcat:accessURL", ["@id": .string(access + "/")]),
            ]
            if let type = dataset.mediaType { distribution.append(("dcat:mediaType", .string(type))) }
            members.append(("dcat:distribution", .init(distribution)))
            return .init(members)
        }
        return [
            "@context": [
                "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
            ],
            "@type": "dcat:Catalog", "dct:title": .string(view.network), "dcat:dataset": .array(datasets),
        ]
    }

    /// A text in its languages as JSON-LD language-tagged strings.
    private static func literals(_ text: LocalizedText) -> JSONValue {
        .array(
            text.texts.sorted { $0.key < $1.key }.map { ["@language": .string($0.key), "@value": .string($0.value)] })
    }
}
