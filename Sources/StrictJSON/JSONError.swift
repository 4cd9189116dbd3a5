/// Why a text is not accepted as JSON, and at which byte.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it is.
    package struct Code: Sendable, Hashable {
        private enum Kind: Sendable, Hashable { case syntax, duplicateName, invalidText, tooDeep, tooLarge }
        private let kind: Kind

        /// The text is not of RFC 8259's grammar.
        package static let syntax = Code(kind: .syntax)
        /// One object has two members of one name.
        package static let duplicateName = Code(kind: .duplicateName)
        /// A string is not well-formed UTF-8, or escapes half of a surrogate pair.
        package static let invalidText = Code(kind: .invalidText)
        /// Arrays and objects are nested more deeply than the limit.
        package static let tooDeep = Code(kind: .tooDeep)
        /// The text, a number, or the count of values is over its limit.
        package static let tooLarge = Code(kind: .tooLarge)
    }

    package let code: Code
    package let message: String

    /// Where the fault was met, in bytes from the start.
    package let offset: Int

    package var description: String { "\(message) at byte \(offset)" }
}

/// What a parser accepts at most.
package struct JSONLimits: Sendable, Hashable {
    /// Bytes of the whole text.
    package var size: Int
    /// Arrays and objects inside one another.
    package var depth: Int
    /// Values in all, members and elements counted each.
    package var values: Int

    package init(size: Int = 1 << 20, depth: Int = 64, values: Int = 200_000) {
        self.size = size
        self.depth = depth
        self.values = values
    }

    /// One mebibyte, 64 levels, 200,000 values.
    package static let `default` = JSONLimits()
}
