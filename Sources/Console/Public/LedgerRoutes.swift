import CityIdentity
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Ledger
import NIOCore
import StrictJSON
import TransparencyLog

/// The network's facts, and the way in for signed transactions.
struct LedgerRoutes: Sendable {
    let sources: PublicServer.Sources
    let rate: AddressRate

    private static let prefer = HTTPField.Name("Prefer")!
    private static let transactionType = "application/jose"

    func addRoutes(to router: Router<PublicContext>) {
        router.get("/network") { _, _ in network() }
        router.get("/ledger/keys/:key/next-sequence") { _, context in
            let text = try context.pathValue("key")
            guard let key = try? KeyIdentifier(text) else { throw ProblemAnswer.badRequest("`\(text)` is no key id") }
            let next = sources.ledger.view.nextSequence(key)
            return Answer.json(["key": .string(key.description), "next": .init(next)])
        }
        router.post("/ledger/transactions") { request, context in
            try rate.spend(from: context.remoteAddress, on: "submitted too many transactions")
            return try await submit(request)
        }
        router.post("/ledger/trials") { request, context in
            try rate.spend(from: context.remoteAddress, on: "submitted too many transactions")
            let transaction = try await transaction(of: request)
            do throws(LedgerError) { try sources.ledger.foresee(transaction) } catch { throw ProblemAnswer(error) }
            return Answer.json(["outcome": "applied"])
        }
    }

    /// Whether the submitter would rather be refused than have something recorded that changes nothing: RFC 7240 section 4.4.
    private static func isStrict(_ request: Request) -> Bool {
        request.headers[values: prefer].contains { value in
            value.split(separator: ",").contains {
                $0.filter { $0 != " " && $0 != "\"" }.lowercased() == "handling=strict"
            }
        }
    }

    private func network() -> Answer {
        let view = sources.ledger.view
        let record = view.networkRecord
        return .json([
            "network": .string(view.network), "genesis": .string(record?.genesis.hex ?? ""),
            "operator": .string(sources.operatorCode.description),
            "exchange": .string(sources.exchangeURL), "height": .init(view.height), "size": .init(view.size),
            "root": .string(view.root.base64), "time": .string(view.time.rfc3339),
            "validators": .array(view.validatorKeys.map { .string($0.description) }),
            "registrars": .array((record?.registrars ?? []).map { .string($0.description) }),
            "threshold": .init(record?.threshold ?? 0),
        ])
    }

    private func transaction(of request: Request) async throws -> [UInt8] {
        let type = request.headers[.contentType].map { $0.prefix { $0 != ";" && $0 != " " }.lowercased() }
        guard type == Self.transactionType else {
            throw ProblemAnswer(
                .unsupportedMediaType, "unsupported-media-type", title: "Unsupported media type",
                detail: "a transaction is a compact JWS and comes as `\(Self.transactionType)`")
        }
        return Array(try await request.body.collect(upTo: Transaction.sizeLimit).readableBytesView)
    }

    private func submit(_ request: Request) async throws -> Answer {
        let transaction = try await transaction(of: request)
        do {
            let submission = try await sources.ledger.submit(transaction, isStrict: Self.isStrict(request))
            var answer: [(String, JSONValue)] = [
                ("index", .init(submission.index)), ("height", .init(submission.height)),
            ]
            switch submission.outcome {
            case .applied:
                answer.append(("outcome", "applied"))
                let view = sources.ledger.view
                if let change = view.change(askedBy: transaction) {
                    answer.append(("change", view.answer(for: change)))
                }
            case .noop(let reason): answer += [("outcome", "noop"), ("reason", .string(reason))]
            }
            return .json(.init(answer))
        } catch {
            throw ProblemAnswer(error)
        }
    }
}

extension ProblemAnswer {
    /// How a refusal of the ledger is answered: what a submitter can mend in words, what is ours without.
    init(_ error: LedgerError) {
        let type = error.code.description
        switch error.code {
        case .malformed:
            self.init(.badRequest, type, title: "Malformed transaction", detail: "\(error)")
        case .tooLarge:
            self.init(.contentTooLarge, type, title: "Transaction too large", detail: error.message)
        case .wrongSequence:
            self.init(.conflict, type, title: "Wrong sequence number", detail: error.message)
        case .wrongNetwork, .wrongTime, .unknownKey, .inactiveKey, .invalidSignature, .refused:
            self.init(.forbidden, type, title: "Transaction refused", detail: error.message)
        case .overloaded:
            self.init(.serviceUnavailable, type, title: "Overloaded", detail: error.message, retryAfter: 1)
        case .stopped, .locked, .storage:
            self.init(
                .serviceUnavailable, type, title: "Ledger unavailable",
                detail: "the ledger takes no transactions now", retryAfter: 5)
        case .notFound:
            self.init(.notFound, type, title: "Not found", detail: error.message)
        default:
            self.init(.internalServerError, "internal", title: "Internal error", detail: "the request failed here")
        }
    }
}

extension RequestContext {
    /// A part of the path, percent-decoded.
    func pathValue(_ name: String) throws(ProblemAnswer) -> String {
        guard let value = parameters.get(name)?.removingPercentEncoding else {
            throw .badRequest("the path's `\(name)` is not well-formed")
        }
        return value
    }
}
