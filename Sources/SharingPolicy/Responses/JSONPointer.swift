/// A JSON Pointer (RFC 6901) in which a reference token `*` stands for every member or element.
///
/// A member whose name is `*` itself is written `~2`.
package struct JSONPointer: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// One step down.
    package enum Token: Sendable, Hashable {
        case any
        /// A member's name, or an element's index in decimal; UTF-8.
        case named([UInt8])
    }

    package let tokens: [Token]

    /// The pointer as it was written.
    package let description: String

    /// The most steps a pointer may have.
    package static let maximumDepth = 32

    /// Parses a pointer of at least one step.
    ///
    /// Throws ``PolicyError`` of code `malformedPointer`.
    package init(_ text: String) throws(PolicyError) {
        guard text.utf8.first == UInt8(ascii: "/"), text.utf8.count <= 1024 else {
            throw PolicyError(
                .malformedPointer, "`\(PolicyError.excerpt(text))` is not a JSON Pointer: expected `/` and a name")
        }
        var tokens: [Token] = []
        for part in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            tokens.append(try Self.token(Array(part), of: text))
        }
        guard tokens.count <= Self.maximumDepth else {
            throw PolicyError(
                .malformedPointer, "`\(PolicyError.excerpt(text))` has more than \(Self.maximumDepth) steps")
        }
        self.tokens = tokens
        self.description = text
    }

    private static func token(_ part: [UInt8], of text: String) throws(PolicyError) -> Token {
        if part == [UInt8(ascii: "*")] { return .any }
        var name: [UInt8] = []
        var index = 0
        while index < part.count {
            guard part[index] == UInt8(ascii: "~") else {
                name.append(part[index])
                index += 1
                continue
            }
            switch index + 1 < part.count ? part[index + 1] : 0 {
            case UInt8(ascii: "0"): name.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): name.append(UInt8(ascii: "/"))
            case UInt8(ascii: "2"): name.append(UInt8(ascii: "*"))
            default:
                throw PolicyError(
                    .malformedPointer, "`\(PolicyError.excerpt(text))` is not a JSON Pointer: `~` goes before 0, 1 or 2"
                )
            }
            index += 2
        }
        return .named(name)
    }

    package static func == (left: JSONPointer, right: JSONPointer) -> Bool { left.tokens == right.tokens }

    package func hash(into hasher: inout Hasher) { hasher.combine(tokens) }

    package static func < (left: JSONPointer, right: JSONPointer) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
