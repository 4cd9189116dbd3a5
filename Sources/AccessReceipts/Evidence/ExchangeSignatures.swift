import BaseEncodings
import CityIdentity

/// Checks the signatures that a receipt records: that they are of the keys named, and that what was signed is what the
/// receipt says.
struct ExchangeSignatures {
    /// How far the clocks of consumer and gateway may differ.
    private static let clockSkew: Int64 = 5000

    private let receipt: Receipt
    private let keys: [KeyIdentifier: KeyRecord]

    init(_ receipt: Receipt, keys: [KeyIdentifier: KeyRecord]) {
        self.receipt = receipt
        self.keys = keys
    }

    func verify(_ report: inout EvidenceReport) {
        if let signature = receipt.request.signature {
            report.check("`\(signature.key)` signed the request", reason(signature, at: began))
            report.check("the request that was signed is the one in the receipt", reasonAgainstRequest(signature))
        } else if receipt.decision.outcome == .permit {
            report.check("the request is signed", "a permitted exchange has no signature of its consumer")
        }
        if let signature = receipt.response?.signature {
            report.check("`\(signature.key)` signed the response", reason(signature, at: receipt.time))
            report.check("the response that was signed is the one in the receipt", reasonAgainstResponse(signature))
        }
    }

    private func reason(_ signature: Receipt.Signature, at time: Timestamp) -> String? {
        guard let key = keys[signature.key] else { return "the ledger does not prove the key" }
        guard key.publicKey.isValidSignature(signature.value, for: signature.base) else {
            return "the signature is not of that key"
        }
        // A request may be denied just because its key was good for nothing.
        guard receipt.decision.outcome == .permit else { return nil }
        return key.reasonAgainst(.exchange, at: time)
    }

    private func reasonAgainstRequest(_ signature: Receipt.Signature) -> String? {
        guard let base = SignatureBase(signature.base) else { return "what was signed is not a signature base" }
        if signature.key.code != receipt.consumer { return "the key is not the consumer's" }
        if !same(base.parameters["keyid"], signature.key.description) { return "another key id was signed" }
        if !same(base.parameters["tag"], "hansa-exchange") { return "it was not signed for an exchange" }
        if !same(base.value("@method"), receipt.method) { return "the method differs" }
        if !same(base.value("@target-uri"), receipt.target) { return "the target differs" }
        if !same(base.value("exchange-purpose"), receipt.purpose) { return "the purpose differs" }
        if !isForDataset { return "the target is of another dataset" }
        // Age and content may be just why a request was denied.
        guard receipt.decision.outcome == .permit else { return nil }
        if !isInTime(base) { return "it was signed for another time" }
        let digests = base.fieldValues("content-digest")
        if receipt.request.size > 0, digests.isEmpty { return "the digest of the content was not signed" }
        return matches(digests, receipt.request.digest) ? nil : "the digest of the content differs"
    }

    /// Whether the exchange began while the signature lived.
    private func isInTime(_ base: SignatureBase) -> Bool {
        guard let created = base.parameters["created"].flatMap(Int64.init),
            let expires = base.parameters["expires"].flatMap(Int64.init)
        else { return false }
        return Timestamp(seconds: created).adding(milliseconds: -Self.clockSkew) <= began
            && began <= Timestamp(seconds: expires).adding(milliseconds: Self.clockSkew)
    }

    /// When the request came: a closing receipt's own time is that of the end.
    private var began: Timestamp {
        if case .closing(let closing) = receipt.kind { closing.opening.time } else { receipt.time }
    }

    /// Whether the request's target is one below the dataset that the receipt names.
    private var isForDataset: Bool {
        guard let dataset = receipt.dataset else { return true }
        let scheme = "https://"
        guard receipt.target.utf8.starts(with: scheme.utf8) else { return false }
        let path = receipt.target.utf8.dropFirst(scheme.utf8.count).drop { $0 != UInt8(ascii: "/") }
        let expected = "/exchange/\(dataset)"
        guard path.starts(with: expected.utf8) else { return false }
        return path.dropFirst(expected.utf8.count).first.map { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            ?? true
    }

    private func reasonAgainstResponse(_ signature: Receipt.Signature) -> String? {
        guard let response = receipt.response, let base = SignatureBase(signature.base) else {
            return "what was signed is not a signature base"
        }
        if signature.key.code != receipt.gateway { return "the key is not the gateway's" }
        if !same(base.parameters["keyid"], signature.key.description) { return "another key id was signed" }
        if !same(base.parameters["tag"], "hansa-receipt") { return "it was not signed as an answer" }
        if !same(base.value("@status"), String(response.status)) { return "the status differs" }
        if !same(base.value("exchange-receipt"), exchange.description) { return "it names another receipt" }
        for (name, expected) in [("@method", receipt.method), ("@target-uri", receipt.target)] {
            if let value = base.requestValue(name), !same(value, expected) { return "it answers another request" }
        }
        if !isBound(base.requestSignatures) { return "it answers a request with another signature" }
        return matches(base.fieldValues("content-digest"), response.digest) ? nil : "the digest of the content differs"
    }

    /// Whether the consumer's signature is among those of the request that a response's covers, if it covers any.
    private func isBound(_ covered: [String]) -> Bool {
        guard !covered.isEmpty else { return true }
        guard let signature = receipt.request.signature else { return false }
        let value = ":\(BaseEncoding.base64.encode(signature.value)):"
        return covered.contains { $0.contains(value) }
    }

    /// The receipt that the consumer was told of: the single or the opening one.
    private var exchange: ReceiptID {
        if case .closing(let closing) = receipt.kind { closing.opening } else { receipt.id }
    }

    private func same(_ one: String?, _ other: String?) -> Bool {
        switch (one, other) {
        case (nil, nil): true
        case (let one?, let other?): one.utf8.elementsEqual(other.utf8)
        default: false
        }
    }

    /// Whether a digest that was signed, if any was, is the one recorded, if any is.
    private func matches(_ signed: [String], _ digest: Receipt.Digest?) -> Bool {
        guard let digest, !signed.isEmpty else { return true }
        return signed.contains { field in
            field.split(separator: ",").contains { member in
                member.drop { $0 == " " }.utf8.elementsEqual(digest.fieldValue.utf8)
            }
        }
    }
}
