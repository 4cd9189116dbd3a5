/// Reads records of CSV (RFC 4180) as their bytes come.
///
/// A record is held until it ends; one longer than ``maximumSize``, or of more than ``maximumFields`` fields, is refused.
struct CSVRecord {
    struct Field {
        let range: Range<Int>
        let isQuoted: Bool
    }

    /// The most bytes of a record.
    static let maximumSize = 1 << 20

    /// The most fields of one.
    static let maximumFields = 16_384

    private enum State { case fieldStart, plain, quoted, quoteInQuoted, carriageReturn }

    /// The record's bytes, with those that end it.
    private(set) var bytes: [UInt8] = []
    private(set) var fields: [Field] = []
    private var fieldStart = 0
    private var state = State.fieldStart
    private var utf8 = UTF8Check()

    /// Takes bytes from a position on until the record ends or there are no more; says whether it has ended.
    ///
    /// The byte after a carriage return belongs to the next record, unless it is a line feed.
    mutating func take(_ bytes: Span<UInt8>, at position: inout Int) throws(PolicyError) -> Bool {
        while position < bytes.count {
            let byte = bytes[position]
            if state == .carriageReturn, byte != 0x0A { return true }
            let end = endOfRun(bytes, from: position)
            if end > position {
                try append(bytes.extracting(position..<end))
                position = end
                continue
            }
            try append(bytes.extracting(position..<position + 1))
            position += 1
            if try step(byte) { return true }
        }
        return false
    }

    /// Where bytes end that say nothing of fields and records.
    private mutating func endOfRun(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var end = start
        switch state {
        case .quoted: while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += 1 }
        case .fieldStart, .plain:
            while end < bytes.count, !Self.isStructure(bytes[end]) { end += 1 }
            if end > start { state = .plain }
        case .quoteInQuoted, .carriageReturn: break
        }
        return end
    }

    private static func isStructure(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }

    /// Takes a byte that may say something of them; says whether the record ends with it.
    private mutating func step(_ byte: UInt8) throws(PolicyError) -> Bool {
        switch state {
        case .carriageReturn: return true
        case .quoted: state = .quoteInQuoted
        case .quoteInQuoted where byte == UInt8(ascii: "\""): state = .quoted
        case .fieldStart where byte == UInt8(ascii: "\""): state = .quoted
        case .fieldStart, .plain, .quoteInQuoted:
            switch byte {
            case UInt8(ascii: ","): try endField(before: 1)
            case 0x0D:
                try endField(before: 1)
                state = .carriageReturn
            case 0x0A:
                try endField(before: 1)
                return true
            case UInt8(ascii: "\""): throw Self.fault("a quote stands inside a field")
            default: throw Self.fault("text follows a quoted field")
            }
        }
        return false
    }

    private mutating func append(_ run: Span<UInt8>) throws(PolicyError) {
        guard run.count <= Self.maximumSize - bytes.count else {
            throw PolicyError(.unsupportedResponse, "a record is longer than \(Self.maximumSize) bytes")
        }
        var index = 0
        while index < run.count {
            if run[index] >= 0x80 || !utf8.isComplete, !utf8.accepts(run[index]) { throw Self.fault("it is not UTF-8") }
            index += 1
        }
        bytes.append(run)
    }

    /// No more bytes follow; says whether that ends a record.
    mutating func finish() throws(PolicyError) -> Bool {
        guard utf8.isComplete else { throw Self.fault("it is not UTF-8") }
        if state == .carriageReturn { return true }
        if bytes.isEmpty { return false }
        guard state != .quoted else { throw Self.fault("a quoted field does not end") }
        try endField(before: 0)
        return true
    }

    /// Goes on to the next record.
    mutating func beginAgain() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        fieldStart = 0
        state = .fieldStart
    }

    /// The field ends before the last bytes that were taken.
    private mutating func endField(before count: Int) throws(PolicyError) {
        guard fields.count < Self.maximumFields else {
            throw PolicyError(.unsupportedResponse, "a record has more than \(Self.maximumFields) fields")
        }
        fields.append(Field(range: fieldStart..<bytes.count - count, isQuoted: state == .quoteInQuoted))
        fieldStart = bytes.count
        state = .fieldStart
    }

    /// What a field says: without its quotes, and with one for two of them.
    func text(_ field: Field) -> [UInt8] {
        guard field.isQuoted else { return Array(bytes[field.range]) }
        var text: [UInt8] = []
        var wasQuote = false
        for byte in bytes[field.range].dropFirst().dropLast() {
            wasQuote = byte == UInt8(ascii: "\"") && !wasQuote
            if !wasQuote { text.append(byte) }
        }
        return text
    }

    static func fault(_ message: String) -> PolicyError {
        PolicyError(.malformedResponse, "the response is not CSV: \(message)")
    }
}
