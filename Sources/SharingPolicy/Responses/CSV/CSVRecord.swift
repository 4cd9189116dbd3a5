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

    /// What a byte does.
    enum Step {
        /// It belongs to the record.
        case taken
        /// It belongs to the record, which ends with it.
        case last
        /// It belongs to the next record: this one ended before it.
        case ended
    }

    /// Takes the next byte.
    mutating func take(_ byte: UInt8) throws(PolicyError) -> Step {
        if state == .carriageReturn, byte != 0x0A { return .ended }
        guard bytes.count < Self.maximumSize else {
            throw PolicyError(.unsupportedResponse, "a record is longer than \(Self.maximumSize) bytes")
        }
        defer { bytes.append(byte) }
        switch state {
        case .carriageReturn: return .last
        case .quoted:
            if byte == UInt8(ascii: "\"") { state = .quoteInQuoted }
            return .taken
        case .quoteInQuoted where byte == UInt8(ascii: "\""): state = .quoted
        case .fieldStart where byte == UInt8(ascii: "\""): state = .quoted
        case .fieldStart, .plain, .quoteInQuoted:
            switch byte {
            case UInt8(ascii: ","): try endField()
            case 0x0D:
                try endField()
                state = .carriageReturn
            case 0x0A:
                try endField()
                return .last
            case UInt8(ascii: "\""): throw Self.fault("a quote stands inside a field")
            default:
                guard state != .quoteInQuoted else { throw Self.fault("text follows a quoted field") }
                state = .plain
            }
        }
        return .taken
    }

    /// No more bytes follow; says whether that ends a record.
    mutating func finish() throws(PolicyError) -> Bool {
        if state == .carriageReturn { return true }
        if bytes.isEmpty { return false }
        guard state != .quoted else { throw Self.fault("a quoted field does not end") }
        try endField()
        return true
    }

    /// Goes on to the next record.
    mutating func beginAgain() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        fieldStart = 0
        state = .fieldStart
    }

    /// The field ends before the next byte.
    private mutating func endField() throws(PolicyError) {
        guard fields.count < Self.maximumFields else {
            throw PolicyError(.unsupportedResponse, "a record has more than \(Self.maximumFields) fields")
        }
        fields.append(Field(range: fieldStart..<bytes.count, isQuoted: state == .quoteInQuoted))
        fieldStart = bytes.count + 1
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
