package import StrictJSON

/// The W3C DID document (DID Core 1.0) of an identity: its keys by what they are for, and where it is reached.
package struct DIDDocument: Sendable, Hashable {
    /// A place where the identity is reached.
    package struct Service: Sendable, Hashable {
        /// The fragment of its id, unique in the document.
        package let name: String
        package let type: String
        package let endpoint: String

        package init(name: String, type: String, endpoint: String) {
            self.name = name
            self.type = type
            self.endpoint = endpoint
        }
    }

    package let code: IdentificationCode
    /// The node that stands above it and can change its keys too; `nil` where none does.
    package let superior: IdentificationCode?
    package let keys: [KeyRecord]
    package let services: [Service]
    /// The moment the document speaks of: keys out of use by then are listed for old signatures, but authorised for nothing.
    package let time: Timestamp
    /// Whether the identity, as its standing and its ancestors' allow, may act at all.
    package let isActive: Bool

    package init(
        code: IdentificationCode, below superior: IdentificationCode? = nil, keys: [KeyRecord],
        services: [Service] = [], isActive: Bool, time: Timestamp
    ) {
        self.code = code
        self.superior = superior
        self.keys = keys.sorted { $0.id < $1.id }
        self.services = services
        self.isActive = isActive
        self.time = time
    }

    /// The media type of ``json``.
    package static let mediaType = "application/did+ld+json"

    /// The document.
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("@context", ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"]),
            ("id", JSONValue(code.did)),
        ]
        if let superior {
            members.append(("controller", [JSONValue(code.did), JSONValue(superior.did)]))
        }
        if !keys.isEmpty { members.append(("verificationMethod", .array(keys.map(verificationMethod)))) }
        for (relationship, purposes) in Self.relationships {
            let names = keys.filter { key in isActive && purposes.contains { key.isActive(at: time, for: $0) } }
            if !names.isEmpty { members.append((relationship, .array(names.map { JSONValue($0.id.did) }))) }
        }
        if !services.isEmpty { members.append(("service", .array(services.map(service)))) }
        return JSONValue(members)
    }

    /// Which purposes are which verification relationship (DID Core section 5.3).
    private static let relationships: [(String, [KeyPurpose])] = [
        ("authentication", [.tls, .exchange, .officer]),
        ("assertionMethod", [.exchange, .policy, .receipts, .validator]),
        ("capabilityInvocation", [.policy, .registry]),
        ("capabilityDelegation", [.registry]),
    ]

    private func verificationMethod(_ key: KeyRecord) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("id", JSONValue(key.id.did)), ("type", "JsonWebKey"), ("controller", JSONValue(code.did)),
            ("publicKeyJwk", key.publicKey.jwk), ("expires", JSONValue(key.declaration.notAfter.rfc3339)),
        ]
        if let revocation = key.revocation { members.append(("revoked", JSONValue(revocation.time.rfc3339))) }
        return JSONValue(members)
    }

    private func service(_ service: Service) -> JSONValue {
        [
            "id": JSONValue("\(code.did)#\(service.name)"), "type": JSONValue(service.type),
            "serviceEndpoint": JSONValue(service.endpoint),
        ]
    }
}
