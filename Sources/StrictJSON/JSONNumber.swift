/// A number as its literal stood in the text, so that nothing is lost to binary floating point.
///
/// Equality is equality of literals: `1` and `1.0` differ.
package struct JSONNumber: Sendable, Hashable {
    /// The literal, in the grammar of RFC 8259 section 6.
    package let text: String

    /// Makes a number of a literal the parser has checked.
    init(checked text: String) { self.text = text }

    /// Makes the number that stands for an integer.
    package init(_ value: some BinaryInteger) { self.text = String(value) }

    /// The value where the literal is an integer without fraction and exponent that fits.
    package var int: Int? { Int(text) }

    /// The value where the literal is a non-negative integer without fraction and exponent that fits.
    package var uint64: UInt64? { UInt64(text) }

    /// The nearest double; infinite where the literal's magnitude is beyond every double.
    package var double: Double { Double(text) ?? .nan }
}
