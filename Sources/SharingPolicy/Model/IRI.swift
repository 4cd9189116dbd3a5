/// A name in a policy or request: an IRI, or a bare word where the profile lets words stand for names (purposes).
///
/// Two are equal only byte for byte; `String ==` would also accept canonically equivalent texts.
package struct IRI: Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }
}

extension IRI: Hashable, Comparable, CustomStringConvertible {
    package static func == (left: IRI, right: IRI) -> Bool {
        // The first comparison is a `memcmp` for nearly every pair and refuses most; the second makes it exact.
        guard left.text == right.text else { return false }
        let areSame = left.text.utf8.withContiguousStorageIfAvailable { left in
            right.text.utf8.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        return areSame.flatMap(\.self) ?? left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    package static func < (left: IRI, right: IRI) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package var description: String { text }
}

extension IRI {
    /// Whether the text begins with a scheme as RFC 3986 section 3.1 writes it and goes on after its colon.
    package var isAbsolute: Bool {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon != bytes.startIndex,
            bytes.index(after: colon) != bytes.endIndex
        else { return false }
        let scheme = bytes[..<colon]
        let isLetter = { (byte: UInt8) in (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") }
        guard let first = scheme.first, isLetter(first) else { return false }
        let allowed = scheme.allSatisfy {
            isLetter($0) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
        }
        return allowed && text.unicodeScalars.allSatisfy(Self.isAllowed)
    }

    /// Whether RFC 3987 section 2.2 lets a character stand in an IRI; of those beyond ASCII, what shows nothing or turns the
    /// direction of its neighbours may not (section 4.1), so that no two names that look alike differ by it alone.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar.value > 0x20 && scalar.value != 0x7F && !"<>\"{}|\\^`".unicodeScalars.contains(scalar)
        }
        return switch scalar.value {
        case 0x80...0xA0, 0xAD, 0x61C, 0x1680, 0x180E, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x3000,
            0xE000...0xF8FF, 0xFDD0...0xFDEF, 0xFE00...0xFE0F, 0xFEFF, 0xFFF0...0xFFFF, 0xE0000...:
            false
        default: scalar.value & 0xFFFE != 0xFFFE
        }
    }

    /// A shorter form for people: `odrl:read` as `read`, `urn:hansa:policy:redact` as `redact`, codes without `did:`.
    package var short: String {
        for namespace in [Namespace.odrl, Namespace.hansa] where text.utf8.starts(with: namespace.utf8) {
            return String(decoding: text.utf8.dropFirst(namespace.utf8.count), as: UTF8.self)
        }
        if text.utf8.starts(with: "did:ma:".utf8) {
            return "MA." + String(decoding: text.utf8.dropFirst(7), as: UTF8.self)
        }
        return text
    }
}

/// The namespaces a policy's short names come from.
package enum Namespace {
    package static let odrl = "http://www.w3.org/ns/odrl/2/"
    package static let hansa = "urn:hansa:policy:"
    package static let creativeCommons = "http://creativecommons.org/ns#"
    package static let xsd = "http://www.w3.org/2001/XMLSchema#"
    package static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    package static let rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    package static let terms = "http://purl.org/dc/terms/"
    package static let elements = "http://purl.org/dc/elements/1.1/"
    package static let skos = "http://www.w3.org/2004/02/skos/core#"
    package static let schema = "http://schema.org/"
    package static let foaf = "http://xmlns.com/foaf/0.1/"
    package static let vcard = "http://www.w3.org/2006/vcard/ns#"

    /// Those whose properties only describe.
    package static let descriptive = [terms, elements, rdfs, skos, schema, foaf, vcard]

    /// The prefixes that need no declaration: those of ODRL's context, and a few more.
    package static let prefixes: [String: String] = [
        "odrl": odrl, "hansa": hansa, "cc": creativeCommons, "xsd": xsd, "rdf": rdf, "rdfs": rdfs, "skos": skos,
        "owl": "http://www.w3.org/2002/07/owl#", "schema": schema, "foaf": foaf, "vcard": vcard,
        "dct": terms, "dcterms": terms, "dc": terms,
    ]
}
