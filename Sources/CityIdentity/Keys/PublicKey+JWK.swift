import BaseEncodings
import Crypto
package import StrictJSON

extension PublicKey {
    /// Reads a JWK (RFC 7517); members it does not need are ignored, a private key is refused.
    ///
    /// EC keys of the curves `P-256` and `SM2` (the latter this project's own name) and OKP keys of `Ed25519`.
    package init(jwk: JSONValue) throws(IdentityError) {
        guard let members = jwk.object else { throw IdentityError(.malformedKey, "a JWK must be a JSON object") }
        guard members["d"] == nil else {
            throw IdentityError(.malformedKey, "the JWK holds the private key, member `d`")
        }
        let type = members["kty"]?.string ?? ""
        let curve = members["crv"]?.string ?? ""
        guard let algorithm = SignatureAlgorithm.allCases.first(where: { $0.jwkNames == (type, curve) }) else {
            let names = "`kty` \(IdentityError.quote(type)) with `crv` \(IdentityError.quote(curve))"
            throw IdentityError(.unsupportedAlgorithm, "\(names) is none of EC P-256, EC SM2 and OKP Ed25519")
        }
        if let stated = members["alg"], stated.string != algorithm.rawValue {
            throw IdentityError(.malformedKey, "the JWK's `alg` is not `\(algorithm.rawValue)`")
        }
        var raw: [UInt8] = []
        for name in algorithm == .eddsa ? ["x"] : ["x", "y"] {
            guard let text = members[name]?.string, let bytes = BaseEncoding.base64URL.decode(text), bytes.count == 32
            else {
                throw IdentityError(.malformedKey, "the JWK's `\(name)` must be 32 bytes in base64url")
            }
            raw += bytes
        }
        try self.init(algorithm, rawRepresentation: raw)
    }

    /// Reads a JWK from its JSON text.
    package init(jwk bytes: [UInt8]) throws(IdentityError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(size: 4096, depth: 8, values: 128))
        } catch {
            throw IdentityError(.malformedKey, "the JWK is not acceptable JSON", cause: error)
        }
        try self.init(jwk: value)
    }

    /// The key as a JWK of its required members, which stand in the order RFC 7638 hashes them in.
    package var jwk: JSONValue {
        let names = algorithm.jwkNames
        var members: [(String, JSONValue)] = [
            ("crv", JSONValue(names.curve)), ("kty", JSONValue(names.keyType)),
            ("x", JSONValue(BaseEncoding.base64URL.encode(rawRepresentation.prefix(32)))),
        ]
        if algorithm != .eddsa {
            members.append(("y", JSONValue(BaseEncoding.base64URL.encode(rawRepresentation.suffix(32)))))
        }
        return JSONValue(members)
    }

    /// The JWK thumbprint with SHA-256 in base64url (RFC 7638).
    package var thumbprint: String { BaseEncoding.base64URL.encode(SHA256.hash(data: jwk.bytes)) }
}
