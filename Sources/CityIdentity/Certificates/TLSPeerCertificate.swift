import SwiftASN1

/// What a peer's certificate says; whether its key is a city's, the ledger answers.
package struct TLSPeerCertificate: Sendable, Hashable {
    /// The key as DER SubjectPublicKeyInfo, which the ledger finds keys by.
    package let spki: [UInt8]

    /// The codes among the subjectAltNames, in order; other names are left out.
    package let codes: [IdentificationCode]

    /// The DNS names among the subjectAltNames.
    package let dnsNames: [String]

    /// The IP addresses among the subjectAltNames, 4 or 16 bytes each.
    package let ipAddresses: [[UInt8]]

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
        let fields: CertificateFields
        do {
            fields = try CertificateFields(derEncoded: der)
        } catch {
            throw IdentityError(.malformedCertificate, "the bytes are no acceptable certificate", cause: error)
        }
        spki = fields.spki
        notBefore = fields.notBefore
        notAfter = fields.notAfter
        dnsNames = fields.dnsNames
        ipAddresses = fields.ipAddresses
        isForClients = fields.usages.map { $0.contains(Self.clientUsage) || $0.contains(Self.anyUsage) } ?? true
        isForServers = fields.usages.map { $0.contains(Self.serverUsage) || $0.contains(Self.anyUsage) } ?? true
        var codes: [IdentificationCode] = []
        for uri in fields.uris where uri.utf8.starts(with: "did:ma:".utf8) { codes.append(try Self.code(uri)) }
        self.codes = codes
    }

    private static let serverUsage: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 1]
    private static let clientUsage: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 2]
    private static let anyUsage: ASN1ObjectIdentifier = [2, 5, 29, 37, 0]

    private static func code(_ uri: String) throws(IdentityError) -> IdentificationCode {
        do {
            return try IdentificationCode(did: uri)
        } catch {
            throw IdentityError(.malformedCertificate, "the certificate names no code", cause: error)
        }
    }

    /// Whether a moment lies within its validity.
    package func isValid(at time: Timestamp) -> Bool { notBefore <= time && time.wholeSecond <= notAfter }

    /// Whether the certificate is a code's own: it names that code and no other.
    package func names(_ code: IdentificationCode) -> Bool { codes == [code] }
}
