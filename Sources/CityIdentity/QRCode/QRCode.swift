import CQREncode

/// A QR code (ISO/IEC 18004): a square of dark and light modules.
package struct QRCode: Sendable, Hashable {
    /// How much of the symbol may be damaged and still be read.
    package enum Correction: Sendable, Hashable, CaseIterable {
        /// 7 %.
        case low
        /// 15 %.
        case medium
        /// 25 %.
        case quartile
        /// 30 %.
        case high

        fileprivate var level: QRecLevel {
            switch self {
            case .low: QR_ECLEVEL_L
            case .medium: QR_ECLEVEL_M
            case .quartile: QR_ECLEVEL_Q
            case .high: QR_ECLEVEL_H
            }
        }
    }

    /// Modules along each side, the quiet zone not counted.
    package let size: Int

    private let modules: [Bool]

    /// The light border that readers need, in modules.
    package static let quietZone = 4

    /// Encodes a text in the smallest symbol that holds it.
    ///
    /// Throws ``IdentityError`` of code `doesNotFit` for an empty text, one with NUL, and one too long for any symbol.
    package init(_ text: String, correction: Correction = .medium) throws(IdentityError) {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw IdentityError(.doesNotFit, "a QR code holds a text that is not empty and without NUL")
        }
        guard let symbol = QRcode_encodeString(text, 0, correction.level, QR_MODE_8, 1) else {
            throw IdentityError(.doesNotFit, "a text of \(text.utf8.count) bytes does not fit a QR code")
        }
        // The library hands over a symbol of `width` squared bytes that is ours to free; it is copied before.
        defer { QRcode_free(symbol) }
        size = Int(symbol.pointee.width)
        modules = UnsafeBufferPointer(start: symbol.pointee.data, count: size * size).map { $0 & 1 == 1 }
    }

    /// Whether the module in a column and a row is dark; everything outside the symbol is light.
    package func isDark(column: Int, row: Int) -> Bool {
        guard (0..<size).contains(column), (0..<size).contains(row) else { return false }
        return modules[row * size + column]
    }
}
