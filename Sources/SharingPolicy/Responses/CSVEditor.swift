/// Removes columns and rows from CSV (RFC 4180 with a header line) and leaves all other bytes as they were.
///
/// What RFC 4180 does not allow is refused, records of another length than the header among it: they would move values into
/// columns of another name. So is a header with none of the columns in question, or without commas where something else
/// seems to stand between fields.
struct CSVEditor {
    /// The names of the columns to remove, folded.
    private let columns: Set<String>
    private let rowLimit: Int?

    /// - Parameter columns: the names, UTF-8; a column whose name differs in case or blanks only is the same.
    init(columns: Set<[UInt8]>, rowLimit: Int?) {
        self.columns = Set(columns.map(Self.folded))
        self.rowLimit = rowLimit
    }

    private struct Field {
        let range: Range<Int>
        let isQuoted: Bool
    }

    func edit(_ bytes: [UInt8]) throws(PolicyError) -> [UInt8] {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw fault("it is not UTF-8") }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        output.append(contentsOf: bytes[..<position])
        var kept: [Int] = []
        var width = 0
        var row = -1
        while position < bytes.count {
            let (fields, end) = try record(bytes, at: position)
            if row < 0 {
                width = fields.count
                kept = try remaining(fields, bytes)
            }
            guard fields.count == width else {
                throw fault("record \(row + 1) has \(fields.count) fields, the header \(width)")
            }
            if row < (rowLimit ?? .max) { append(fields, kept, bytes, through: end, to: &output) }
            row += 1
            position = end
        }
        return output
    }

    /// The places of the columns that stay.
    private func remaining(_ header: [Field], _ bytes: [UInt8]) throws(PolicyError) -> [Int] {
        let separators = [UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]
        if header.count == 1, !header[0].isQuoted, bytes[header[0].range].contains(where: separators.contains) {
            throw fault("something else than commas stands between the fields of its header")
        }
        let remaining = header.indices.filter { !columns.contains(Self.folded(name(header[$0], bytes))) }
        guard columns.isEmpty || remaining.count < header.count else {
            throw PolicyError(.unsupportedResponse, "the header names none of the columns that are to be taken out")
        }
        return remaining
    }

    /// A name in lower case, without what cannot be seen around it; equal where Unicode says so.
    private static func folded(_ name: [UInt8]) -> String {
        let isSeen = { (scalar: Unicode.Scalar) in
            !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint
        }
        let scalars = String(decoding: name, as: UTF8.self).unicodeScalars
        guard let first = scalars.firstIndex(where: isSeen), let last = scalars.lastIndex(where: isSeen) else {
            return ""
        }
        return String(scalars[first...last]).lowercased()
    }

    private func append(_ fields: [Field], _ kept: [Int], _ bytes: [UInt8], through end: Int, to output: inout [UInt8])
    {
        for (place, index) in kept.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: bytes[fields[index].range])
        }
        output.append(contentsOf: bytes[(fields.last?.range.upperBound ?? end)..<end])
    }

    /// The fields of the record at a position, and where the next one begins.
    private func record(_ bytes: [UInt8], at start: Int) throws(PolicyError) -> (fields: [Field], end: Int) {
        var fields: [Field] = []
        var position = start
        while true {
            let field = try field(bytes, at: position)
            fields.append(field)
            position = field.range.upperBound
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
            position += 1
        }
        if position < bytes.count {
            if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
            position += 1
        }
        return (fields, position)
    }

    private func field(_ bytes: [UInt8], at start: Int) throws(PolicyError) -> Field {
        var position = start
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != 0x0A,
                bytes[position] != 0x0D
            {
                guard bytes[position] != UInt8(ascii: "\"") else {
                    throw fault("a quote stands inside a field at byte \(position)")
                }
                position += 1
            }
            return Field(range: start..<position, isQuoted: false)
        }
        position += 1
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "\"") else {
                position += 1
                continue
            }
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                position += 1
                continue
            }
            let isEnd = position == bytes.count || [UInt8(ascii: ","), 0x0A, 0x0D].contains(bytes[position])
            guard isEnd else { throw fault("text follows a quoted field at byte \(position)") }
            return Field(range: start..<position, isQuoted: true)
        }
        throw fault("a quoted field does not end")
    }

    private func name(_ field: Field, _ bytes: [UInt8]) -> [UInt8] {
        guard field.isQuoted else { return Array(bytes[field.range]) }
        var name: [UInt8] = []
        var wasQuote = false
        for byte in bytes[field.range].dropFirst().dropLast() {
            wasQuote = byte == UInt8(ascii: "\"") && !wasQuote
            if !wasQuote { name.append(byte) }
        }
        return name
    }

    private func fault(_ message: String) -> PolicyError {
        PolicyError(.malformedResponse, "the response is not CSV: \(message)")
    }
}
