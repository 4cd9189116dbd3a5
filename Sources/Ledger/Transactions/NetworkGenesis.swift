package import CityIdentity
internal import StrictJSON

/// The beginning of a network: who is there before anyone could be admitted, and by what rules others come.
package struct NetworkGenesis: Sendable, Hashable {
    /// Which rules and tables the state machine follows.
    ///
    /// A program that knows others refuses the network rather than coming to a different state.
    package let version: Int
    /// Identities that are active from the first block.
    package let identities: [IdentityApplication]
    /// Whose `registry` keys admit cities; among the identities.
    package let registrars: [IdentificationCode]
    /// How many registrars must agree.
    package let threshold: Int
    /// Keys of purpose `validator`, EdDSA, that sign checkpoints; among the identities'.
    package let validators: [KeyIdentifier]

    package init(
        identities: [IdentityApplication], registrars: [IdentificationCode], threshold: Int, validators: [KeyIdentifier]
    ) {
        self.version = Self.currentVersion
        self.identities = identities
        self.registrars = registrars
        self.threshold = threshold
        self.validators = validators
    }

    /// The rules this program executes.
    package static let currentVersion = 4
}

// MARK: - JSON

extension NetworkGenesis {
    var json: JSONValue {
        [
            "version": JSONValue(version),
            "identities": JSONValue(identities.map(\.json)),
            "registrars": [
                "threshold": JSONValue(threshold),
                "members": JSONValue(registrars.map { JSONValue($0.description) }),
            ],
            "validators": JSONValue(validators.map { JSONValue($0.description) }),
        ]
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        version = try reader.integer("version", in: 1...Int.max)
        try Self.check(version: version, reader)
        var identities: [IdentityApplication] = []
        for (index, element) in try reader.array("identities", limit: 64).enumerated() {
            identities.append(try IdentityApplication(json: element, at: "\(path).identities[\(index)]"))
        }
        self.identities = identities
        var council = try MemberReader(reader.value("registrars"), at: reader.path(of: "registrars"))
        registrars = try council.codes("members", limit: 64)
        threshold = try council.integer("threshold", in: 1...64)
        try council.finish()
        validators = try reader.keyIdentifiers("validators", limit: 64)
        try reader.finish()
        try check(reader)
    }

    static func check(version: Int, _ reader: MemberReader) throws(LedgerError) {
        guard version == currentVersion else {
            throw reader.fault(
                "version", "is \(version): the network keeps other rules than this program's, \(currentVersion)")
        }
    }

    private func check(_ reader: MemberReader) throws(LedgerError) {
        let codes = Set(identities.map(\.code))
        guard codes.count == identities.count else { throw reader.fault("identities", "has one code twice") }
        guard Set(registrars).count == registrars.count, registrars.allSatisfy(codes.contains) else {
            throw reader.fault("registrars.members", "must be different codes among `identities`")
        }
        guard threshold <= registrars.count else {
            throw reader.fault("registrars.threshold", "is more than there are registrars")
        }
        let keys = identities.flatMap(\.keys)
        guard Set(keys.map(\.publicKey)).count == keys.count else {
            throw reader.fault("identities", "has one public key twice")
        }
        let signers = keys.filter { $0.purposes.contains(.validator) && $0.publicKey.algorithm == .eddsa }.map(\.id)
        guard !validators.isEmpty, Set(validators).count == validators.count, validators.allSatisfy(signers.contains)
        else { throw reader.fault("validators", "must be EdDSA keys of purpose `validator` among `identities`") }
    }
}
