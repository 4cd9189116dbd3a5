import FoundationEssentials
import SwiftASN1
import X509

/// What a peer's certificate says; whether its key is a city's, the ledger answers.
package struct TLSPeerCertificate: Sendable, Hashable {
    /// The key as DER SubjectPublicKeyInfo, which the ledger finds keys by.
    package let spki: [UInt8]

    /// The codes among the subjectAltNames, in order; other names are left out.
    package let codes: [IdentificationCode]

    /// The DNS names among the subjectAltNames.
    package let dnsNames: [String]

    package let notBefore: Timestamp

    /// The last second of its validity.
    package let notAfter: Timestamp

    /// Whether it may stand for a client; a certificate without extended key usage may.
    package let isForClients: Bool

    /// Whether it may stand for a server; a certificate without extended key usage may.
    package let isForServers: Bool

    /// The most bytes of a certificate that are looked at.
    package static let maximumSize = 16_384

    /// Reads a certificate.
    ///
    /// Throws ``IdentityError`` of code `malformedCertificate`, also for a `did:ma:` name that is no code.
    package init(der: [UInt8]) throws(IdentityError) {
        guard der.count <= Self.maximumSize else {
            throw IdentityError(.malformedCertificate, "the certificate is longer than \(Self.maximumSize) bytes")
        }
        let names: SubjectAlternativeNames
        do {
            let certificate = try Certificate(derEncoded: der)
            var serializer = DER.Serializer()
            try serializer.serialize(certificate.publicKey)
            spki = serializer.serializedBytes
            notBefore = Self.time(certificate.notValidBefore)
            notAfter = Self.time(certificate.notValidAfter)
            let usage = try certificate.extensions.extendedKeyUsage
            isForClients = usage.map { $0.contains(.clientAuth) || $0.contains(.any) } ?? true
            isForServers = usage.map { $0.contains(.serverAuth) || $0.contains(.any) } ?? true
            names = try certificate.extensions.subjectAlternativeNames ?? SubjectAlternativeNames()
        } catch {
            throw IdentityError(.malformedCertificate, "the bytes are no acceptable certificate", cause: error)
        }
        var codes: [IdentificationCode] = []
        var dnsNames: [String] = []
        for name in names {
            switch name {
            case .uniformResourceIdentifier(let uri) where uri.utf8.starts(with: "did:ma:".utf8):
                codes.append(try Self.code(uri))
            case .dnsName(let name): dnsNames.append(name)
            default: break
            }
        }
        self.codes = codes
        self.dnsNames = dnsNames
    }

    private static func code(_ uri: String) throws(IdentityError) -> IdentificationCode {
        do {
            return try IdentificationCode(did: uri)
        } catch {
            throw IdentityError(.malformedCertificate, "the certificate names no code", cause: error)
        }
    }

    private static func time(_ date: Date) -> Timestamp {
        Timestamp(seconds: Int64(exactly: date.timeIntervalSince1970.rounded(.down)) ?? 0)
    }

    /// Whether a moment lies within its validity.
    package func isValid(at time: Timestamp) -> Bool { notBefore <= time && time.wholeSecond <= notAfter }

    /// Whether the certificate is a code's own: it names that code and no other.
    package func names(_ code: IdentificationCode) -> Bool { codes == [code] }
}
