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
    /// Nothing was seen but the beginning of a byte order mark, so many bytes of it.
    private var isAtStart = true
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
    mutating func feed(_ bytes: Span<UInt8>, into output: inout [UInt8]) throws(PolicyError) {
        var position = 0
        while isAtStart, position < bytes.count {
            if bytes[position] == Self.byteOrderMark[mark] {
                mark += 1
                position += 1
                guard mark == Self.byteOrderMark.count else { continue }
                try emit(Self.byteOrderMark, &output)
                isAtStart = false
            } else {
                try begin(&output)
            }
        }
        try take(bytes, from: position, &output)
    }

    /// There is no byte order mark: what was held of one is text.
    private mutating func begin(_ output: inout [UInt8]) throws(PolicyError) {
        isAtStart = false
        let held = Array(Self.byteOrderMark[..<mark])
        try take(held.span, from: 0, &output)
    }

    /// Says that the text ends here.
    mutating func finish(into output: inout [UInt8]) throws(PolicyError) {
        if isAtStart { try begin(&output) }
        if try record.finish() { try endRecord(&output) }
        if let text = hold?.release() {
            hold = nil
            output.append(contentsOf: text)
        }
    }

    /// Gives bytes up that are no record, or holds them with the records.
    private mutating func emit(_ text: [UInt8], _ output: inout [UInt8]) throws(PolicyError) {
        if hold == nil { output.append(contentsOf: text) } else { try hold?.pass(text.span) }
    }

    private mutating func take(
        _ bytes: Span<UInt8>, from start: Int, _ output: inout [UInt8]
    ) throws(PolicyError) {
        var position = start
        while try record.take(bytes, at: &position) { try endRecord(&output) }
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
        // Of the record, what goes out next as it is: fields with the commas between them.
        var run: Range<Int>?
        for index in plan.indices where plan[index].isPassedOn {
            let field = record.fields[index]
            if let coarsening = plan[index].coarsening, !isHeader {
                append(run, to: &output)
                run = nil
                if !isFirst { output.append(UInt8(ascii: ",")) }
                let text = coarsened(field, coarsening)
                output.append(contentsOf: text)
                if plan[index].isAlike { RowKey.append(text, to: &key) }
            } else {
                if let open = run, open.upperBound + 1 == field.range.lowerBound {
                    run = open.lowerBound..<field.range.upperBound
                } else {
                    append(run, to: &output)
                    if !isFirst { output.append(UInt8(ascii: ",")) }
                    run = field.range
                }
                if plan[index].isAlike { RowKey.append(record.bytes[field.range], to: &key) }
            }
            isFirst = false
        }
        let end = record.fields.last?.range.upperBound ?? record.bytes.count
        if let open = run, open.upperBound == end {
            append(open.lowerBound..<record.bytes.count, to: &output)
        } else {
            append(run, to: &output)
            append(end..<record.bytes.count, to: &output)
        }
        return key
    }

    private func append(_ range: Range<Int>?, to output: inout [UInt8]) {
        if let range { output.append(record.bytes.span.extracting(range)) }
    }

    /// A value made coarser; nothing for what cannot be made so.
    private func coarsened(_ field: CSVRecord.Field, _ coarsening: Coarsening) -> [UInt8] {
        guard let text = coarsening.coarsened(record.text(field)) else { return [] }
        let quote: [UInt8] = field.isQuoted ? [UInt8(ascii: "\"")] : []
        return quote + text + quote
    }
}
