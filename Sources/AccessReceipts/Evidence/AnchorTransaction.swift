import CityIdentity
import StrictJSON
import TransparencyLog

/// The ledger transaction `receipts.anchor` as evidence has it: a compact JWS over JSON.
struct AnchorTransaction {
    let signature: CompactJWS
    let network: String
    let signer: KeyIdentifier
    let sequence: UInt64
    let time: Timestamp
    let origin: String
    let size: UInt64
    let root: Hash

    /// Reads the leaf without checking its signature; throws ``ReceiptError`` of code `malformed`.
    init(parsing leaf: [UInt8]) throws(ReceiptError) {
        let value: JSONValue
        do {
            signature = try CompactJWS(parsing: leaf)
            value = try JSONValue(
                parsing: signature.payload, limits: JSONLimits(size: CompactJWS.maximumSize, depth: 8))
        } catch {
            throw ReceiptError(.malformed, "the anchor is not a signed transaction", cause: error)
        }
        guard signature.type.utf8.elementsEqual("hansa-transaction+jws".utf8) else {
            throw ReceiptError(.malformed, "the anchor is signed as something else than a transaction")
        }
        var members = try JSONMembers(value, "the transaction")
        guard try members.string("type").utf8.elementsEqual("receipts.anchor".utf8) else {
            throw members.fault("type", "`receipts.anchor`")
        }
        network = try members.string("network")
        guard let signer = try? KeyIdentifier(try members.string("signer")), signer == signature.keyID else {
            throw members.fault("signer", "the key that signed")
        }
        self.signer = signer
        time = try members.time("time")
        _ = try members.optionalString("genesis")
        sequence = try members.unsigned("sequence")
        var body = try JSONMembers(try members.required("body"), "the anchor")
        origin = try body.string("origin")
        size = try body.unsigned("size")
        guard let root = Hash(try body.base64("root", count: Hash.byteCount)) else {
            throw body.fault("root", "a hash")
        }
        self.root = root
        _ = try body.strings("proof")
        try body.finish()
        try members.finish()
    }
}
