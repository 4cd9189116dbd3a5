import Crypto
import SwiftASN1
import X509

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A self-signed certificate that carries one of a city's ledger keys into TLS.
///
/// Nobody is trusted for having signed it: the ledger says whose key it holds. It has the city's DID as its
/// subjectAltName, names and addresses for servers, and the extended key usages of both ends of TLS.
package struct TLSCertificate: Sendable, Hashable {
    package let der: [UInt8]

    /// The certificate as PEM.
    package var pem: String { PEMDocument(type: "CERTIFICATE", derBytes: der).pemString + "\n" }

    /// Makes a certificate for a key of P-256 or Ed25519; times are cut to whole seconds.
    ///
    /// Throws ``IdentityError`` of code `unsupportedAlgorithm` for SM2, of which TLS here knows nothing, and
    /// `malformedCertificate` for an address or name that cannot stand in one.
    package static func selfSigned(
        code: IdentificationCode, key: PrivateKey, dnsNames: [String] = [], ipAddresses: [String] = [],
        notBefore: Timestamp, notAfter: Timestamp
    ) throws(IdentityError) -> TLSCertificate {
        let signingKey = try certificateKey(key)
        var names: [GeneralName] = [.uniformResourceIdentifier(code.did)]
        for name in dnsNames { names.append(.dnsName(try checked(dnsName: name))) }
        for address in ipAddresses { names.append(.ipAddress(ASN1OctetString(contentBytes: try octets(address)[...]))) }
        do {
            let subject = try DistinguishedName { CommonName(code.description) }
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: signingKey.publicKey,
                notValidBefore: date(notBefore), notValidAfter: date(notAfter), issuer: subject, subject: subject,
                signatureAlgorithm: key.algorithm == .es256 ? .ecdsaWithSHA256 : .ed25519,
                extensions: try extensions(names), issuerPrivateKey: signingKey)
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            return TLSCertificate(der: serializer.serializedBytes)
        } catch {
            throw IdentityError(.malformedCertificate, "no certificate could be made for `\(code)`", cause: error)
        }
    }

    /// There is no KeyUsage: with one that leaves out keyCertSign, clients that are given the certificate itself to trust
    /// do not see that it is self-signed, and look for an issuer (BoringSSL and OpenSSL both).
    private static func extensions(_ names: [GeneralName]) throws -> Certificate.Extensions {
        try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            try ExtendedKeyUsage([.serverAuth, .clientAuth])
            SubjectAlternativeNames(names)
        }
    }

    private static func certificateKey(_ key: PrivateKey) throws(IdentityError) -> Certificate.PrivateKey {
        switch key.signer {
        case .p256(let key): Certificate.PrivateKey(key)
        case .ed25519(let key): Certificate.PrivateKey(key)
        case .sm2:
            throw IdentityError(.unsupportedAlgorithm, "a TLS certificate needs a key of P-256 or Ed25519, not SM2")
        }
    }

    private static func date(_ time: Timestamp) -> Date { Date(timeIntervalSince1970: Double(time.seconds)) }

    private static func checked(dnsName name: String) throws(IdentityError) -> String {
        let isName = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "*")
        }
        guard isName, (1...253).contains(name.utf8.count) else {
            throw IdentityError(.malformedCertificate, "\(IdentityError.quote(name)) is not a DNS name")
        }
        return name
    }

    private static func octets(_ address: String) throws(IdentityError) -> [UInt8] {
        guard let octets = IPAddress.octets(address) else {
            throw IdentityError(.malformedCertificate, "\(IdentityError.quote(address)) is not an IP address")
        }
        return octets
    }
}
