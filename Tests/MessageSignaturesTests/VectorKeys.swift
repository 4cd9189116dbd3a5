import Crypto
import CryptoExtras
import Foundation
import StrictJSON
import Testing

@testable import MessageSignatures

/// Loads the keys of the vectors, from each form they are given in.
struct VectorKey {
    let json: JSONValue

    func verificationKeys() throws -> [any SignatureVerificationKey] {
        let pems = ["publicPem", "publicSpkiPem"].compactMap { json[$0]?.string } + [try rsaPEM()].compactMap(\.self)
        let point = try coordinate("x").flatMap { x in try coordinate("y").map { Data([4]) + x + $0 } }
        let points = [point].compactMap(\.self)
        switch json["alg"]?.string {
        case "rsa-pss-sha512": return try pems.map { try RSAVerificationKey(pem: $0, padding: .pssSHA512) }
        case "rsa-v1_5-sha256": return try pems.map { try RSAVerificationKey(pem: $0, padding: .pkcs1SHA256) }
        case "hmac-sha256": return [HMACKey(secret: try secret)]
        case "ecdsa-p256-sha256":
            return try pems.map { P256VerificationKey(try .init(pemRepresentation: $0)) }
                + points.map { P256VerificationKey(try .init(x963Representation: $0)) }
        case "ecdsa-p384-sha384":
            return try pems.map { P384VerificationKey(try .init(pemRepresentation: $0)) }
                + points.map { P384VerificationKey(try .init(x963Representation: $0)) }
        case "sm2-sm3":
            return try pems.map { try SM2VerificationKey(pem: $0) }
                + points.map { try SM2VerificationKey(x963: Array($0)) }
        case "ed25519":
            let raw = try pems.map { try Self.lastBytes(of: $0) } + [try coordinate("x")].compactMap(\.self)
            return try raw.map { Ed25519VerificationKey(try .init(rawRepresentation: $0)) }
        case let name: throw MessageSignatureError(code: .unsupportedAlgorithm, message: name ?? "none")
        }
    }

    /// nil for RSA, with which there is no signing.
    func signingKey() throws -> (any SigningKey)? {
        let pem = json["privatePem"]?.string
        switch json["alg"]?.string {
        case "hmac-sha256": return HMACKey(secret: try secret)
        case "ecdsa-p256-sha256": return P256SigningKey(try .init(pemRepresentation: try #require(pem)))
        case "ecdsa-p384-sha384": return P384SigningKey(try .init(pemRepresentation: try #require(pem)))
        case "sm2-sm3": return try SM2SigningKey(pem: try #require(pem))
        case "ed25519":
            let jwk = json["privateJwk"]?["d"]?.string.flatMap { Data(base64URL: $0) }
            let raw = try jwk ?? Self.lastBytes(of: try #require(pem))
            return Ed25519SigningKey(try .init(rawRepresentation: raw))
        default: return nil
        }
    }

    private func coordinate(_ name: String) throws -> Data? {
        guard let text = json["publicJwk"]?[name]?.string else { return nil }
        let bytes: Data = try #require(Data(base64URL: text), "`\(name)` is not base64url")
        return bytes
    }

    private func rsaPEM() throws -> String? {
        guard let modulus = try coordinate("n"), let exponent = try coordinate("e") else { return nil }
        return try _RSA.Signing.PublicKey(n: modulus, e: exponent).pemRepresentation
    }

    /// An Ed25519 key stands at the end of its SPKI or PKCS #8 (RFC 8410).
    private static func lastBytes(of pem: String) throws -> Data {
        let lines = pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        return try #require(Data(base64Encoded: lines.joined())).suffix(32)
    }

    private var secret: [UInt8] {
        get throws { [UInt8](try #require(json["secretBase64"]?.string.flatMap { Data(base64Encoded: $0) })) }
    }
}

extension Data {
    init?(base64URL text: String) {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: padded + String(repeating: "=", count: (4 - padded.utf8.count % 4) % 4))
    }
}

extension StructuredFieldTypes {
    /// The registered types, and those that the names of the vectors' own fields tell.
    static func told(by names: Set<String>) -> Self {
        var types = registered
        for name in names {
            if name.contains("dict") { types[name] = .dictionary }
            if name.contains("list") { types[name] = .list }
            if name.contains("item") { types[name] = .item }
        }
        return types
    }
}
