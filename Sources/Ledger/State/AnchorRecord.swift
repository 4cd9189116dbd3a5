package import CityIdentity
package import StrictJSON
package import TransparencyLog

/// What the ledger holds of one receipt log: the size and root that were anchored last.
package struct AnchorRecord: Sendable, Hashable {
    package let origin: String
    package let size: UInt64
    package let root: Hash
    /// The key that anchored.
    package let signer: KeyIdentifier
    /// The anchoring transaction's sequence number, which with the key tells it from every other.
    package let sequence: UInt64
    /// The time of the block.
    package let time: Timestamp
}

// MARK: - JSON

extension AnchorRecord {
    package var json: JSONValue {
        [
            "origin": JSONValue(origin), "size": JSONValue(size), "root": JSONValue(root.base64),
            "signer": JSONValue(signer.description), "sequence": JSONValue(sequence), "time": JSONValue(time.rfc3339),
        ]
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "anchor")
        origin = try reader.string("origin")
        size = try reader.unsigned("size")
        root = try reader.hash("root")
        signer = try reader.keyIdentifier("signer")
        sequence = try reader.unsigned("sequence")
        time = try reader.timestamp("time")
        try reader.finish()
    }
}
