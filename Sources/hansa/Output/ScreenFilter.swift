/// Takes from bytes that others wrote what would drive the terminal they are shown on.
///
/// Control characters but tab, line feed and carriage return, C1 controls in UTF-8 among them, become `?`. It goes from
/// piece to piece, since a character may be cut in two.
struct ScreenFilter {
    /// The first byte of what may be a C1 control was the last that came.
    private var isInside = false

    mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        shown.reserveCapacity(bytes.count)
        for byte in bytes {
            let isC1 = isInside && (0x80...0x9F).contains(byte)
            isInside = byte == 0xC2
            switch byte {
            case 0x09, 0x0A, 0x0D: shown.append(byte)
            case 0x00...0x1F, 0x7F: shown.append(UInt8(ascii: "?"))
            // Nothing that follows 0xC2 is broken by a byte that stands for itself.
            default: shown.append(isC1 ? 0xBF : byte)
            }
        }
        return shown
    }
}
