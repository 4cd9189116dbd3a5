import AccessReceipts
import BaseEncodings
import CityIdentity

/// Receipts of exchanges that consumer and gateway really signed.
struct SignedExchange {
    let ledger: TestLedger

    /// The request's signature base, with one line changed where a test asks for that.
    static func requestBase(
        method: String = "GET", target: String = Samples.receipt().target, purpose: String = "environmental-research",
        key: String = "MA.840.5363000#exchange-1", tag: String = "hansa-exchange",
        created: Int64 = Samples.start.seconds, extra: String = ""
    ) -> String {
        """
        "@method": \(method)
        "@target-uri": \(target)
        "exchange-purpose": \(purpose)\(extra)
        "@signature-params": ("@method" "@target-uri" "exchange-purpose");created=\(created);expires=\(created + 60);\
        nonce="n\\"1";keyid="\(key)";tag="\(tag)"
        """
    }

    func signature(_ key: PrivateKey, _ id: String, _ base: String) throws -> Receipt.Signature? {
        let base = Array(base.utf8)
        return Receipt.Signature(key: try KeyIdentifier(id), base: base, value: try key.sign(base))
    }

    func request(_ base: String = requestBase(), size: UInt64 = 0, digest: Receipt.Digest? = nil) throws
        -> Receipt.Request
    {
        .init(
            size: size, digest: digest, signature: try signature(ledger.consumerKey, "MA.840.5363000#exchange-1", base))
    }

    /// The response to a receipt's request, bound to the request's signature where that is given.
    func response(
        to id: ReceiptID, status: Int = 200, names: ReceiptID? = nil, answers: String = "GET", binding: [UInt8]? = nil
    ) throws -> Receipt.Response {
        let digest = Receipt.Digest(Array(repeating: 5, count: 32))
        let bound = binding.map { "\n\"signature\";req;key=\"hansa\": :\(BaseEncoding.base64.encode($0)):" } ?? ""
        let base = """
            "@status": \(status)
            "content-digest": \(digest?.fieldValue ?? "")
            "exchange-receipt": \(names ?? id)
            "@method";req: \(answers)\(bound)
            "@signature-params": ("@status" "content-digest" "exchange-receipt" "@method";req);created=1;\
            keyid="MA.156.1301.90#exchange-1";tag="hansa-receipt"
            """
        return .init(
            status: 200, size: 10, digest: digest,
            signature: try signature(ledger.gatewayKey, "MA.156.1301.90#exchange-1", base))
    }

    /// A permitted exchange with both signatures, the response's bound to the request's.
    func single(_ request: Receipt.Request? = nil) throws -> Receipt {
        var receipt = Samples.receipt()
        receipt.request = try request ?? self.request()
        receipt.response = try response(to: receipt.id, binding: receipt.request.signature?.value)
        return receipt
    }

    func opening() throws -> Receipt {
        var receipt = Samples.receipt(kind: .opening)
        receipt.request = try request()
        return receipt
    }
}
