package import CityIdentity
package import StrictJSON

/// What the genesis set for the whole network.
package struct NetworkRecord: Sendable, Hashable {
    /// The network's name, which is the log's origin.
    package let name: String
    /// The version of the rules.
    package let version: Int
    package let registrars: [IdentificationCode]
    /// How many registrars must agree.
    package let threshold: Int
    /// The keys whose signatures make checkpoints.
    package let validators: [KeyIdentifier]
}

// MARK: - JSON

extension NetworkRecord {
    package var json: JSONValue {
        [
            "name": JSONValue(name), "version": JSONValue(version), "threshold": JSONValue(threshold),
            "registrars": JSONValue(registrars.map { JSONValue($0.description) }),
            "validators": JSONValue(validators.map { JSONValue($0.description) }),
        ]
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "network")
        name = try reader.string("name")
        version = try reader.integer("version", in: 1...NetworkGenesis.currentVersion)
        threshold = try reader.integer("threshold", in: 1...64)
        registrars = try reader.codes("registrars", limit: 64)
        validators = try reader.keyIdentifiers("validators", limit: 64)
        try reader.finish()
    }
}
