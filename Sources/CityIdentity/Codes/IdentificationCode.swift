/// A city's, department's or system's identification code, such as `MA.156.1301.01`.
///
/// `MA` is the issuing agency code (ISO/IEC 15459), then follow the country (ISO 3166-1 numeric), the division and any
/// number of units, each of 2 to 8 digits. Comparison is by segment: `MA.156.130` is no ancestor of `MA.156.1301`.
/// That a code is well formed does not say that it is allocated; ``AllocationRule`` does.
package struct IdentificationCode: Sendable, Hashable {
    /// The code as text, `MA.156.1301`.
    package let description: String

    /// The issuing agency code every code begins with.
    package static let agency = "MA"

    /// The most segments a code may have, the agency's included.
    package static let maximumSegments = 10

    /// The most bytes of text a code can take.
    package static let maximumLength = 6 + 9 * (maximumSegments - 2)

    private init(checked text: String) { description = text }

    /// Parses a code.
    ///
    /// Throws ``IdentityError`` of code `malformedCode` with the rule that is broken.
    package init(_ text: String) throws(IdentityError) {
        if let fault = Self.fault(in: text.utf8) {
            throw IdentityError(.malformedCode, "\(IdentityError.quote(text)) is not an identification code: \(fault)")
        }
        description = text
    }

    /// Parses the DID form, `did:ma:156.1301`, without path, query or fragment.
    package init(did: String) throws(IdentityError) {
        guard did.utf8.starts(with: Self.didPrefix.utf8) else {
            throw IdentityError(.malformedCode, "\(IdentityError.quote(did)) is not a DID of method `ma`")
        }
        try self.init("MA." + Substring(did.utf8.dropFirst(Self.didPrefix.utf8.count)))
    }

    private static let didPrefix = "did:ma:"

    /// The rule that a text breaks, in words; `nil` where it is a code.
    private static func fault(in text: String.UTF8View) -> String? {
        guard text.count <= maximumLength else { return "it is longer than \(maximumLength) characters" }
        var segment = 0
        var length = 0
        func faultOfSegment() -> String? {
            switch segment {
            case 0: length == 2 ? nil : "it must begin with `MA.`"
            case 1: length == 3 ? nil : "the country must be three digits"
            default: (2...8).contains(length) ? nil : "a segment must have 2 to 8 digits"
            }
        }
        for byte in text {
            if byte == UInt8(ascii: ".") {
                if let fault = faultOfSegment() { return fault }
                segment += 1
                length = 0
                guard segment < maximumSegments else { return "it has more than \(maximumSegments) segments" }
                continue
            }
            if segment == 0 {
                let expected = length == 0 ? UInt8(ascii: "M") : UInt8(ascii: "A")
                guard length < 2, byte == expected else { return "it must begin with `MA.`" }
            } else {
                guard (0x30...0x39).contains(byte) else { return "segments after `MA` hold digits only" }
            }
            length += 1
        }
        if let fault = faultOfSegment() { return fault }
        return segment < 2 ? "it names no division of a country" : nil
    }
}

extension IdentificationCode {
    /// The URI form, which is also the subjectAltName of certificates: `did:ma:156.1301`.
    package var did: String { Self.didPrefix + text(from: 3) }

    /// The segments with the agency first: `["MA", "156", "1301"]`.
    package var segments: [String] {
        description.utf8.split(separator: UInt8(ascii: ".")).map { String(Substring($0)) }
    }

    /// The country's ISO 3166-1 numeric code.
    package var country: String { text(from: 3, to: 6) }

    /// The division of the country, the third segment.
    package var division: String { text(from: 7, to: cityLength) }

    /// How many units the code lies below its city: 0 for a city.
    package var depth: Int { description.utf8.count { $0 == UInt8(ascii: ".") } - 2 }

    /// Whether the code is a city's own.
    package var isCity: Bool { cityLength == description.utf8.count }

    /// The code of the city this one belongs to, itself for a city.
    package var city: IdentificationCode { isCity ? self : IdentificationCode(checked: text(to: cityLength)) }

    /// The code one level up; `nil` for a city.
    package var parent: IdentificationCode? {
        guard !isCity, let last = description.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return IdentificationCode(checked: String(description[..<last]))
    }

    /// How many bytes the first three segments take: the country's end at the sixth, the division's at a point or the end.
    private var cityLength: Int {
        7 + description.utf8.dropFirst(7).prefix { $0 != UInt8(ascii: ".") }.count
    }

    private func text(from start: Int = 0, to end: Int = maximumLength) -> String {
        String(Substring(description.utf8.prefix(end).dropFirst(start)))
    }

    /// The code and its ancestors up to the city, nearest first.
    package var lineage: [IdentificationCode] {
        Array(sequence(first: self) { $0.parent })
    }

    /// Whether another code is this one or lies below it.
    package func covers(_ other: IdentificationCode) -> Bool {
        let own = description.utf8
        let theirs = other.description.utf8
        guard theirs.starts(with: own) else { return false }
        guard theirs.count > own.count else { return true }
        return theirs[theirs.index(theirs.startIndex, offsetBy: own.count)] == UInt8(ascii: ".")
    }

    /// The code of a unit of this one, by its last segment.
    package func unit(_ segment: String) throws(IdentityError) -> IdentificationCode {
        try IdentificationCode(description + "." + segment)
    }
}

extension IdentificationCode: Comparable, CustomStringConvertible {

    /// Whether a code comes before another by segments; `.` sorts before every digit, so bytes say it.
    package static func < (left: IdentificationCode, right: IdentificationCode) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
