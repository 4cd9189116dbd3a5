/// Comma-separated values (RFC 4180) in UTF-8.
enum CommaSeparatedValues {
    /// The rows of a table; a quoted field may hold commas, line ends and doubled quotes.
    static func rows(_ bytes: [UInt8]) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var quoted = false
        func endField() {
            row.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
        }
        func endRow() {
            guard !row.isEmpty || !field.isEmpty else { return }
            endField()
            rows.append(row)
            row = []
        }
        for (index, byte) in bytes.enumerated() {
            switch (byte, quoted) {
            case (UInt8(ascii: "\""), _):
                let isEscaped = !quoted && index > 0 && bytes[index - 1] == UInt8(ascii: "\"")
                if isEscaped { field.append(byte) }
                quoted.toggle()
            case (UInt8(ascii: ","), false): endField()
            case (0x0A, false): endRow()
            case (0x0D, false): break
            default: field.append(byte)
            }
        }
        endRow()
        return rows
    }
}
