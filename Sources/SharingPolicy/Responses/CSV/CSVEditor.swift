/// Performs duties on CSV (RFC 4180 with a header line) as its bytes come, and leaves all other bytes as they were.
///
/// What RFC 4180 does not allow is refused, records of another length than the header among it: they would move values into
/// columns of another name. So is a header with none of the columns in question, or without commas where something else
/// seems to stand between fields. One record is held at a time (``CSVRecord``).
struct CSVEditor {
    private let columns: CSVColumns
    private let rowLimit: Int?
    /// What is done with each column; `nil` until the header is whole.
    private var plan: [CSVColumns.Column]?
    private var record = CSVRecord()
    private var utf8 = UTF8Check()
    /// Bytes of a byte order mark seen at the beginning.
    private var mark = 0
    private var rows = 0
    private var passed = 0
    /// All that goes out, while it is open which rows are alike.
    private var hold: RowHold?

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(_ duties: ResponseDuties, holding limit: Int) throws(PolicyError) {
        columns = try CSVColumns(duties)
        rowLimit = duties.rowLimit
        hold = duties.alikeness.map { RowHold(least: $0.rows, rowLimit: duties.rowLimit, limit: limit) }
    }

    /// Bytes held.
    var size: Int {
        record.bytes.count + record.fields.count * MemoryLayout<CSVRecord.Field>.stride + (hold?.size ?? 0)
    }

    /// The header has the columns in question, so that something may go out.
    var isSatisfied: Bool { plan != nil && hold == nil }

    /// Takes the next bytes and appends what is passed on.
    mutating func feed(_ bytes: [UInt8], into output: inout [UInt8]) throws(PolicyError) {
        for byte in bytes {
            guard utf8.accepts(byte) else { throw CSVRecord.fault("it is not UTF-8") }
            if mark < Self.byteOrderMark.count, rows == 0, record.bytes.isEmpty, plan == nil {
                if byte == Self.byteOrderMark[mark] {
                    mark += 1
                    if mark == Self.byteOrderMark.count { try emit(Self.byteOrderMark, &output) }
                    continue
                }
                for held in Self.byteOrderMark.prefix(mark) { try take(held, &output) }
                mark = Self.byteOrderMark.count
            }
            try take(byte, &output)
        }
    }

    /// Says that the text ends here.
    mutating func finish(into output: inout [UInt8]) throws(PolicyError) {
        guard utf8.isComplete else { throw CSVRecord.fault("it is not UTF-8") }
        if try record.finish() { try endRecord(&output) }
        if let text = hold?.release() {
            hold = nil
            output.append(contentsOf: text)
        }
    }

    /// Gives bytes up that are no record, or holds them with the records.
    private mutating func emit(_ text: [UInt8], _ output: inout [UInt8]) throws(PolicyError) {
        if hold == nil { output.append(contentsOf: text) } else { try hold?.pass(text) }
    }

    private mutating func take(_ byte: UInt8, _ output: inout [UInt8]) throws(PolicyError) {
        switch try record.take(byte) {
        case .taken: break
        case .last: try endRecord(&output)
        case .ended:
            try endRecord(&output)
            if case .last = try record.take(byte) { try endRecord(&output) }
        }
    }

    private mutating func endRecord(_ output: inout [UInt8]) throws(PolicyError) {
        defer { record.beginAgain() }
        guard let plan else {
            try checkSeparator()
            let plan = try columns.plan(header: record.fields.map(record.text))
            self.plan = plan
            var header: [UInt8] = []
            append(plan, isHeader: true, &header)
            return try emit(header, &output)
        }
        rows += 1
        guard record.fields.count == plan.count else {
            throw CSVRecord.fault("record \(rows) has \(record.fields.count) fields, the header \(plan.count)")
        }
        guard passed < rowLimit ?? .max, isPassedOn(plan) else { return }
        guard hold != nil else {
            passed += 1
            append(plan, isHeader: false, &output)
            return
        }
        var row: [UInt8] = []
        let key = append(plan, isHeader: false, &row)
        try hold?.add(row, key: key)
    }

    private func checkSeparator() throws(PolicyError) {
        let separators = [UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]
        guard record.fields.count == 1, !record.fields[0].isQuoted,
            record.bytes[record.fields[0].range].contains(where: separators.contains)
        else { return }
        throw CSVRecord.fault("something else than commas stands between the fields of its header")
    }

    /// Whether the record stands for enough cases.
    private func isPassedOn(_ plan: [CSVColumns.Column]) -> Bool {
        plan.indices.allSatisfy { index in
            guard let least = plan[index].least else { return true }
            let text = String(decoding: record.text(record.fields[index]), as: UTF8.self)
            return Number(parsing: text).map { $0 >= Number(Int64(least)) } ?? false
        }
    }

    /// Appends what goes out of a record; returns what it shows of the columns in which rows must be alike.
    @discardableResult
    private func append(_ plan: [CSVColumns.Column], isHeader: Bool, _ output: inout [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        var isFirst = true
        for (index, column) in plan.enumerated() where column.isPassedOn {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            let field = record.fields[index]
            let start = output.count
            if let coarsening = column.coarsening, !isHeader {
                output.append(contentsOf: coarsened(field, coarsening))
            } else {
                output.append(contentsOf: record.bytes[field.range])
            }
            if column.isAlike { RowKey.append(output[start...], to: &key) }
        }
        let end = record.fields.last?.range.upperBound ?? record.bytes.count
        output.append(contentsOf: record.bytes[end...])
        return key
    }

    /// A value made coarser; nothing for what cannot be made so.
    private func coarsened(_ field: CSVRecord.Field, _ coarsening: Coarsening) -> [UInt8] {
        guard let text = coarsening.coarsened(record.text(field)) else { return [] }
        let quote: [UInt8] = field.isQuoted ? [UInt8(ascii: "\"")] : []
        return quote + text + quote
    }
}
