import BaseEncodings
import CityIdentity
import MessageSignatures

/// What a response proves: that its content is whole, and that the gateway stands by it for exactly this request.
struct ResponseProof: Sendable {
    /// Whether a check was possible and held.
    enum Verdict: Sendable, Equatable {
        case holds(String)
        case missing(String)
        case broken(String)
    }

    let digest: Verdict
    let signature: Verdict

    /// Both were there and held: what the gateway was asked for and did not send proves nothing.
    var isSound: Bool {
        [digest, signature].allSatisfy { if case .holds = $0 { true } else { false } }
    }

    /// - Parameter key: The record of a key id, from wherever the caller trusts; `nil` where there is none.
    static func check(
        _ result: ExchangeResult, request: SignedExchangeRequest, key: (KeyIdentifier) async throws -> KeyRecord?
    ) async throws -> ResponseProof {
        ResponseProof(
            digest: digest(of: result), signature: try await signature(of: result, request: request, key: key))
    }

    private static func digest(of result: ExchangeResult) -> Verdict {
        let fields = (result.fields + result.trailers).filter { $0.name.lowercased() == "content-digest" }
        guard !fields.isEmpty else {
            return result.received == 0
                ? .holds("there is no content") : .missing("the response carries no digest")
        }
        var compared = false
        for member in fields.flatMap({ $0.value.split(separator: ",") }) {
            let text = member.drop { $0 == " " }
            for (name, value) in [("sha-256=:", result.sha256), ("sha-512=:", result.sha512)] where text.hasPrefix(name)
            {
                guard let end = text.lastIndex(of: ":"), !value.isEmpty,
                    let expected = BaseEncoding.base64.decode(String(text[..<end].dropFirst(name.count)))
                else { continue }
                if expected != value { return .broken("the content is not what its \(name.dropLast(2)) digest says") }
                compared = true
            }
        }
        return compared ? .holds("the content is what its digest says") : .missing("no digest of a known algorithm")
    }

    /// What the gateway must have signed for its word to mean anything.
    private static func required() throws(MessageSignatureError) -> [ComponentIdentifier] {
        [
            "@status", "exchange-receipt", try ComponentIdentifier("@method", fromRequest: true),
            try ComponentIdentifier("@target-uri", fromRequest: true),
            try ComponentIdentifier(parsing: "\"signature\";req;key=\"hansa\""),
        ]
    }

    private static func signature(
        of result: ExchangeResult, request: SignedExchangeRequest, key: (KeyIdentifier) async throws -> KeyRecord?
    ) async throws -> Verdict {
        let lines =
            result.trailers.contains { $0.name.lowercased() == "signature-input" } ? result.trailers : result.fields
        guard lines.contains(where: { $0.name.lowercased() == "signature-input" }) else {
            return .missing("the gateway did not sign the response")
        }
        do {
            let found = try SignatureFields(FieldLines(lines)).signatures
            guard let signature = found.first(where: { $0.input.parameters.tag == "hansa-receipt" }) else {
                return .broken("no signature of the response has the tag `hansa-receipt`")
            }
            if let uncovered = try required().first(where: { !signature.input.covers($0) }) {
                return .broken("the gateway's signature does not cover \(uncovered)")
            }
            let trailer = try ComponentIdentifier(parsing: "\"content-digest\";tr")
            let digests: [ComponentIdentifier] = ["content-digest", trailer]
            guard result.received == 0 || digests.contains(where: signature.input.covers) else {
                return .broken("the gateway's signature does not cover the content's digest")
            }
            guard let id = signature.input.parameters.keyID.flatMap({ try? KeyIdentifier($0) }) else {
                return .broken("the gateway's signature names no key")
            }
            guard let record = try await key(id) else { return .broken("the key `\(id)` is not the gateway's") }
            if let reason = record.reasonAgainst(.exchange, at: .now()) { return .broken("the key `\(id)`: \(reason)") }
            let message = HTTPMessage(
                status: result.status, fields: FieldLines(result.fields), trailers: FieldLines(result.trailers),
                request: request.message)
            let base = try signature.input.signatureBase(for: message)
            guard record.publicKey.isValidSignature(signature.signature, for: base) else {
                return .broken("the gateway's signature does not verify")
            }
            return .holds("signed by \(id), bound to this request")
        } catch let error as MessageSignatureError {
            return .broken("the gateway's signature cannot be read: \(error)")
        }
    }
}
