package import CityIdentity
package import StrictJSON

/// What the ledger holds of one application for a code, until registrars have decided.
///
/// Several may stand side by side for one code. None reserves anything: the code, its key ids and its public keys go to
/// the one that is approved.
package struct ApplicationRecord: Sendable, Hashable {
    /// What the code's record will be, with the votes so far.
    package internal(set) var identity: IdentityRecord
    package let keys: [KeyDeclaration]
    /// The thumbprint (RFC 7638) of the key that signed it.
    package let thumbprint: String

    init(_ application: IdentityApplication, thumbprint: String, at time: Timestamp) {
        identity = IdentityRecord(application: application, status: .applied, thumbprint: thumbprint, at: time)
        keys = application.keys
        self.thumbprint = thumbprint
    }

    package var code: IdentificationCode { identity.code }
    package var id: ID { ID(code: code, thumbprint: thumbprint) }

    package struct ID: Sendable, Hashable {
        package let code: IdentificationCode
        package let thumbprint: String
    }

    /// How many applications may wait on a network.
    package static let limit = 64

    /// The most bytes that a transaction by a key that is not on the ledger may have.
    package static let sizeLimit = 8_192
}

// MARK: - JSON

extension ApplicationRecord {
    package var json: JSONValue { ["identity": identity.json, "keys": JSONValue(keys.map(\.json))] }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "application")
        identity = try IdentityRecord(json: reader.value("identity"))
        guard let thumbprint = identity.application else {
            throw reader.fault("identity.application", "is missing")
        }
        self.thumbprint = thumbprint
        var keys: [KeyDeclaration] = []
        for element in try reader.array("keys", limit: IdentityApplication.keyLimit) {
            keys.append(try reader.keyDeclaration(element, "keys"))
        }
        self.keys = keys
        try reader.finish()
    }
}
