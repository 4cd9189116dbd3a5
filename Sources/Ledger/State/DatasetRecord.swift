package import CityIdentity
package import StrictJSON

/// What the ledger holds of one dataset.
package struct DatasetRecord: Sendable, Hashable {
    package let dataset: Dataset
    /// Whether it is offered now.
    package internal(set) var isPublished: Bool
    /// The key that published or withdrew it last.
    package internal(set) var signer: KeyIdentifier
    package internal(set) var changed: Timestamp
}

// MARK: - JSON

extension DatasetRecord {
    package var json: JSONValue {
        [
            "dataset": dataset.json, "published": JSONValue(isPublished), "signer": JSONValue(signer.description),
            "changed": JSONValue(changed.rfc3339),
        ]
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "record")
        dataset = try Dataset(json: reader.value("dataset"))
        guard let flag = try reader.value("published").bool else {
            throw reader.fault("published", "must be a boolean")
        }
        isPublished = flag
        signer = try reader.keyIdentifier("signer")
        changed = try reader.timestamp("changed")
        try reader.finish()
    }
}
