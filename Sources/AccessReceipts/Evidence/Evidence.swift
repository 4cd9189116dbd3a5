import BaseEncodings
import CityIdentity
import StrictJSON
package import TransparencyLog

/// All that is needed to check a receipt without a network, and without trust in anyone of the exchange, in one file.
///
/// Nothing in it is to be believed before ``EvidenceVerifier/verify(_:)``.
package struct Evidence: Sendable, Hashable {
    /// A receipt and its place in the gateway's log.
    package struct Item: Sendable, Hashable {
        /// The exact bytes of the receipt.
        package let receipt: [UInt8]
        package let salt: [UInt8]
        /// That the salted receipt is in the log, up to the gateway's checkpoint.
        package let proof: TransparencyProof
    }

    /// One receipt; of a streamed exchange the opening and the closing one.
    package let items: [Item]
    /// The transaction that anchored the gateway's checkpoint, a compact JWS.
    package let anchor: [UInt8]
    /// That the transaction is on the ledger, up to a final checkpoint.
    package let anchorProof: TransparencyProof
    /// What the ledger's state holds of the keys of consumer and gateway and of the gateway's log, with the ledger's proof
    /// of it, as the ledger writes it.
    package let state: [UInt8]

    /// The longest evidence that is read, in bytes.
    package static let maximumSize = 16 << 20
    private static let maximumItems = 2

    init(items: [Item], anchor: [UInt8], anchorProof: TransparencyProof, state: [UInt8]) {
        self.items = items
        self.anchor = anchor
        self.anchorProof = anchorProof
        self.state = state
    }
}

extension Evidence {
    /// The file: JSON in one form, so that not one of its bits is without meaning.
    package var bytes: [UInt8] {
        let value: JSONValue = [
            "type": "hansa-evidence", "version": 1,
            "receipts": .array(
                items.map { item in
                    [
                        "receipt": Self.text(item.receipt), "salt": .string(BaseEncoding.base64.encode(item.salt)),
                        "proof": Self.text(item.proof.bytes),
                    ]
                }),
            "anchor": ["transaction": Self.text(anchor), "proof": Self.text(anchorProof.bytes)],
            "state": Self.text(state),
        ]
        return value.bytes + [0x0A]
    }

    private static func text(_ bytes: [UInt8]) -> JSONValue { .string(String(decoding: bytes, as: UTF8.self)) }

    /// Whether a file says of itself that it is evidence, so that what is wrong with it makes it wrong evidence and not
    /// something else.
    package static func isClaimed(by bytes: [UInt8]) -> Bool { bytes.starts(with: claim.utf8) }

    private static let claim = #"{"type":"hansa-evidence""#

    /// Reads a file, strictly; throws ``ReceiptError`` of code `malformed` or `tooLarge`.
    package init(parsing bytes: [UInt8]) throws(ReceiptError) {
        guard bytes.count <= Self.maximumSize else {
            throw ReceiptError(.tooLarge, "evidence of \(bytes.count) bytes is over the limit of \(Self.maximumSize)")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(size: Self.maximumSize, depth: 4, values: 64))
        } catch {
            throw ReceiptError(.malformed, "the evidence is not strict JSON", cause: error)
        }
        var members = try JSONMembers(value, "the evidence")
        try members.header(type: "hansa-evidence")
        guard let list = try members.required("receipts").array, (1...Self.maximumItems).contains(list.count) else {
            throw members.fault("receipts", "an array of one or two")
        }
        var items: [Item] = []
        for element in list { items.append(try Item(element)) }
        var anchor = try JSONMembers(try members.required("anchor"), "the anchor")
        self.init(
            items: items, anchor: Array(try anchor.string("transaction").utf8), anchorProof: try anchor.proof(),
            state: Array(try members.string("state").utf8))
        try anchor.finish()
        try members.finish()
        guard self.bytes == bytes else {
            throw ReceiptError(.malformed, "the evidence is not in the one form that evidence has")
        }
    }
}

extension Evidence.Item {
    fileprivate init(_ value: JSONValue) throws(ReceiptError) {
        var members = try JSONMembers(value, "an item of evidence")
        self.init(
            receipt: Array(try members.string("receipt").utf8),
            salt: try members.base64("salt", count: SaltedLeaf.length), proof: try members.proof())
        try members.finish()
    }
}

extension JSONMembers {
    fileprivate mutating func proof() throws(ReceiptError) -> TransparencyProof {
        let text = Array(try string("proof").utf8)
        let proof: TransparencyProof
        do {
            proof = try TransparencyProof(parsing: text)
        } catch {
            throw ReceiptError(.malformed, "a proof is not of the format `c2sp.org/tlog-proof@v1`", cause: error)
        }
        guard proof.extra == nil, proof.bytes == text else { throw fault("proof", "in the one form that evidence has") }
        return proof
    }
}
