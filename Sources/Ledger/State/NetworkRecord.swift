package import CityIdentity
package import StrictJSON
package import TransparencyLog

/// What the genesis set for the whole network.
package struct NetworkRecord: Sendable, Hashable {
    /// The network's name, which is the log's origin.
    package let name: String
    /// The fingerprint of the genesis, which no other network of the name has.
    package let genesis: Hash
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
            "name": JSONValue(name), "genesis": JSONValue(genesis.hex), "version": JSONValue(version),
            "threshold": JSONValue(threshold),
            "registrars": JSONValue(registrars.map { JSONValue($0.description) }),
            "validators": JSONValue(validators.map { JSONValue($0.description) }),
        ]
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "network")
        name = try reader.string("name")
        genesis = try reader.fingerprint("genesis")
        version = try reader.integer("version", in: 1...Int.max)
        try NetworkGenesis.check(version: version, reader)
        threshold = try reader.integer("threshold", in: 1...64)
        registrars = try reader.codes("registrars", limit: 64)
        validators = try reader.keyIdentifiers("validators", limit: 64)
        try reader.finish()
    }
}
