import SwiftASN1

/// The fields of an X.509 certificate (RFC 5280) that matter where the ledger, not an issuer, is trusted.
///
/// Read here rather than with swift-certificates: that one traps in debug builds on a second numbered 61, and
/// prepares the issuer's and the subject's keys and names, which nobody asks for.
struct CertificateFields: DERParseable {
    /// The SubjectPublicKeyInfo as it stands in the certificate.
    let spki: [UInt8]
    let notBefore: Timestamp
    let notAfter: Timestamp
    private(set) var uris: [String] = []
    private(set) var dnsNames: [String] = []
    private(set) var ipAddresses: [[UInt8]] = []
    /// The extended key usages; `nil` where the certificate does not limit them.
    private(set) var usages: [ASN1ObjectIdentifier]?

    init(derEncoded node: ASN1Node) throws {
        self = try DER.sequence(node, identifier: .sequence) { nodes in
            let fields = try CertificateFields(signedPart: try Self.next(&nodes))
            _ = try Self.next(&nodes)
            _ = try ASN1BitString(derEncoded: &nodes)
            return fields
        }
    }

    private init(signedPart node: ASN1Node) throws {
        var extensions: [CertificateExtension] = []
        (spki, notBefore, notAfter) = try DER.sequence(node, identifier: .sequence) { nodes in
            let version = try DER.optionalExplicitlyTagged(&nodes, tagNumber: 0, tagClass: .contextSpecific) {
                try Int(derEncoded: $0)
            }
            guard version == 2 else { throw ASN1Error.invalidASN1Object(reason: "the certificate is not of version 3") }
            for _ in ["serialNumber", "signature", "issuer"] { _ = try Self.next(&nodes) }
            let (notBefore, notAfter) = try Self.validity(try Self.next(&nodes))
            _ = try Self.next(&nodes)
            let spki = Array(try Self.next(&nodes).encodedBytes)
            while let node = nodes.next() {
                guard node.identifier == ASN1Identifier(tagWithNumber: 3, tagClass: .contextSpecific) else { continue }
                guard case .constructed(let wrapped) = node.content, let list = Array(wrapped).first else {
                    throw ASN1Error.unexpectedFieldType(node.identifier)
                }
                extensions = try DER.sequence(of: CertificateExtension.self, identifier: .sequence, rootNode: list)
            }
            return (spki, notBefore, notAfter)
        }
        guard Set(extensions.map(\.id)).count == extensions.count else {
            throw ASN1Error.invalidASN1Object(reason: "an extension stands twice")
        }
        for element in extensions { try read(element) }
    }

    private static func next(_ nodes: inout ASN1NodeCollection.Iterator) throws -> ASN1Node {
        guard let node = nodes.next() else { throw ASN1Error.truncatedASN1Field() }
        return node
    }

    private static func validity(_ node: ASN1Node) throws -> (Timestamp, Timestamp) {
        try DER.sequence(node, identifier: .sequence) { nodes in
            (try time(try next(&nodes)), try time(try next(&nodes)))
        }
    }

    private static func time(_ node: ASN1Node) throws -> Timestamp {
        let day: CalendarDate?
        let clock: (hours: Int, minutes: Int, seconds: Int)
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            day = CalendarDate(year: time.year, month: time.month, day: time.day)
            clock = (time.hours, time.minutes, time.seconds)
        } else {
            let time = try GeneralizedTime(derEncoded: node)
            day = CalendarDate(year: time.year, month: time.month, day: time.day)
            clock = (time.hours, time.minutes, time.seconds)
        }
        guard let day, clock.seconds < 60 else {
            throw ASN1Error.invalidASN1Object(reason: "a time of the validity does not exist")
        }
        let second = clock.hours * 3600 + clock.minutes * 60 + clock.seconds
        return Timestamp(seconds: Int64(day.daysSince1970) * 86_400 + Int64(second))
    }

    private mutating func read(_ element: CertificateExtension) throws {
        switch element.id {
        case [2, 5, 29, 17]:
            let names = try DER.sequence(
                of: AlternativeName.self, identifier: .sequence, rootNode: try DER.parse(element.value))
            for name in names { try read(name.node) }
        case [2, 5, 29, 37]:
            usages = try DER.sequence(
                of: ASN1ObjectIdentifier.self, identifier: .sequence, rootNode: try DER.parse(element.value))
        case [2, 5, 29, 15], [2, 5, 29, 19]: break
        default:
            guard !element.isCritical else {
                throw ASN1Error.invalidASN1Object(reason: "the critical extension \(element.id) is not known")
            }
        }
    }

    /// Takes up a subjectAltName that is a DNS name, `[2]`, a URI, `[6]`, or an IP address, `[7]`.
    private mutating func read(_ node: ASN1Node) throws {
        let number = node.identifier.tagNumber
        guard node.identifier.tagClass == .contextSpecific, [2, 6, 7].contains(number) else { return }
        guard case .primitive(let bytes) = node.content else { throw ASN1Error.unexpectedFieldType(node.identifier) }
        if number == 7 {
            if bytes.count == 4 || bytes.count == 16 { ipAddresses.append(Array(bytes)) }
            return
        }
        guard bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw ASN1Error.invalidASN1Object(reason: "a subjectAltName is not of printable ASCII")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if number == 2 { dnsNames.append(text) } else { uris.append(text) }
    }
}

/// An extension: what it is, whether one who does not know it must refuse the certificate, and its DER.
private struct CertificateExtension: DERParseable {
    let id: ASN1ObjectIdentifier
    let isCritical: Bool
    let value: ArraySlice<UInt8>

    init(derEncoded node: ASN1Node) throws {
        (id, isCritical, value) = try DER.sequence(node, identifier: .sequence) { nodes in
            let id = try ASN1ObjectIdentifier(derEncoded: &nodes)
            let isCritical = try DER.decodeDefault(&nodes, identifier: .boolean, defaultValue: false) {
                try Bool(derEncoded: $0)
            }
            return (id, isCritical, try ASN1OctetString(derEncoded: &nodes).bytes)
        }
    }
}

/// A subjectAltName of any kind.
private struct AlternativeName: DERParseable {
    let node: ASN1Node

    init(derEncoded node: ASN1Node) { self.node = node }
}
