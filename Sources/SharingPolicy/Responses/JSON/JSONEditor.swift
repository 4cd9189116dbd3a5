/// Performs duties on JSON, GeoJSON or NDJSON as its bytes come, and leaves all other bytes as they were.
///
/// A member goes with its name, and of the commas beside it one; whitespace and everything else stays, byte for byte. The
/// whole text is checked by ``JSONTokenizer``, also what is left out: another reader could see in it what this one did not.
/// Where the bytes are cut makes no difference to what comes out.
///
/// Held are what the tokenizer holds, the text between a comma and a value (``maximumPrefix``), a value that is made coarser
/// (``DecimalText/maximumLength``), and, where rows may be withheld, the row that is not yet decided on (``maximumRow``). A
/// response that needs more is refused.
struct JSONEditor {
    /// What the rows of a text are.
    enum Layout {
        /// The elements of the outermost array.
        case document
        /// The elements of the member `features` (RFC 7946, section 3.3).
        case features
        /// Lines, of which each is a document.
        case lines
    }

    /// The most bytes between a comma and the value after it: blanks, and a member's name as it is written.
    static let maximumPrefix = 131_072

    /// The most bytes of a row while it is open whether it is withheld, and of what stands before the first feature then.
    static let maximumRow = 1 << 20

    let tree: FieldTree
    let layout: Layout
    let rowLimit: Int?
    /// Rows have to be told apart.
    let concernsRows: Bool
    /// How many cases each counted field must say at least.
    let leastCounts: [Int]
    let positions: Coarsening?
    var tokenizer = JSONTokenizer()
    var frames: [Frame] = []
    /// Where in the tree each frame is; beside the frames, so that looking at one of these copies no list.
    var branches: [[Int]] = []
    var findings: EditFindings

    /// The place of the member whose name was read last.
    var place = FieldTree.Place()
    /// The bytes from a comma or opening bracket to a value whose fate is not known: those that came before, and of those at
    /// hand a range.
    var prefix: [UInt8] = []
    var prefixRun = 0..<0
    var isInPrefix = false
    /// The value being read, a string, number or word.
    var scalar = Scalar()
    var row: Row
    /// What the row shows of the fields in which rows must be alike; `nil` where they need not be.
    var key: RowKey?
    /// All that goes out, while it is open which rows are alike.
    var hold: RowHold?
    private let alike: [[JSONPointer.Token]]
    /// Bytes at hand that are passed on next.
    var run = 0..<0

    /// An object or array that is open.
    struct Frame {
        let isObject: Bool
        /// The lists of fields to keep that name it or what it stands in.
        let kept: UInt32
        let isDropped: Bool
        /// Elements are made coarser.
        var coarsening: Coarsening?
        /// Elements are rows.
        var isTable = false
        /// Which of the fields it is in which rows must be alike.
        var alike: Int?
        var count = 0
        var hasKept = false
        /// Nothing in it is of concern: all is passed on, or nothing.
        var isPlain = false
    }

    /// What happens to a value.
    enum Fate: Hashable {
        case passed, dropped
        /// `null` goes in its place.
        case blanked
        case coarsened(Coarsening)
    }

    /// Throws ``PolicyError`` of code `unsupportedResponse` where duties name no row's fields in such a text.
    init(_ duties: ResponseDuties, layout: Layout, holding limit: Int) throws(PolicyError) {
        alike = try duties.alikeness?.places(in: layout) ?? []
        tree = FieldTree(duties, inRecords: layout == .lines, alike: alike)
        self.layout = layout
        rowLimit = duties.rowLimit
        concernsRows = duties.concernsRows
        if let alikeness = duties.alikeness {
            key = RowKey(count: alike.count)
            hold = RowHold(least: alikeness.rows, rowLimit: rowLimit, limit: limit)
        }
        leastCounts = FieldTree.counted(duties).map(\.least)
        positions = duties.positionDecimals.flatMap(Step.init(decimals:)).map { .numbers($0) }
        findings = EditFindings(duties)
        row = Row(awaitsFeatures: layout == .features && duties.concernsRows)
    }

    /// Bytes held.
    var size: Int { tokenizer.size + prefix.count + row.held.count + scalar.text.count + (hold?.size ?? 0) }

    /// Whether for every duty something was found that it names, so that something may go out.
    var isSatisfied: Bool { findings.isSatisfied && hold == nil }

    // MARK: Feeding

    /// Takes the next bytes and appends what is passed on.
    mutating func feed(_ bytes: Span<UInt8>, into output: inout [UInt8]) throws(PolicyError) {
        var start = 0
        if layout == .lines {
            while let end = (start..<bytes.count).first(where: { bytes[$0] == 0x0A }) {
                try pieces(bytes, start, end, &output)
                try endLine(bytes, end, &output)
                start = end + 1
            }
        }
        try pieces(bytes, start, bytes.count, &output)
        try flushRun(bytes, &output)
        prefix.append(bytes.extracting(prefixRun))
        prefixRun = 0..<0
        tokenizer.advance(by: bytes.count)
    }

    /// Says that the text ends here.
    mutating func finish(into output: inout [UInt8]) throws(PolicyError) {
        if layout == .lines {
            if tokenizer.hasBegun { try endDocument(Span(), &output) } else { try flushPrefix(Span(), &output) }
        } else {
            try endDocument(Span(), &output)
            guard !row.awaitsFeatures else {
                throw PolicyError(.unsupportedResponse, "rows cannot be told apart: the response has no features")
            }
        }
        try findings.check()
        if let lacking = key?.lacking {
            throw PolicyError(
                .unsupportedResponse,
                "no row has `\(Self.name(alike[lacking]))`, in which rows must be alike: it stands elsewhere")
        }
        if let text = hold?.release() {
            hold = nil
            output.append(contentsOf: text)
        }
    }

    private static func name(_ place: [JSONPointer.Token]) -> String {
        place.map { token in
            switch token {
            case .any: "/*"
            case .named(let name): "/" + PolicyError.excerpt(String(decoding: name, as: UTF8.self))
            }
        }.joined()
    }

    private mutating func pieces(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ output: inout [UInt8]
    ) throws(PolicyError) {
        var position = start
        while let piece = try tokenizer.next(bytes, until: end, at: &position) { try edit(piece, bytes, &output) }
    }

    private mutating func endDocument(_ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        if let last = try tokenizer.finish() { try edit(last, bytes, &output) }
        if layout == .lines, row.isOpen { try endRow(isFirst: true, bytes, &output) }
        try flushRun(bytes, &output)
    }

    private mutating func endLine(_ bytes: Span<UInt8>, _ position: Int, _ output: inout [UInt8]) throws(PolicyError) {
        if tokenizer.hasBegun {
            if let last = try tokenizer.finish(at: position) { try edit(last, bytes, &output) }
            if !row.isDropped { try pass(position..<position + 1, bytes, &output) }
            try endRow(isFirst: true, bytes, &output)
        } else {
            try flushPrefix(bytes, &output)
            try pass(position..<position + 1, bytes, &output)
        }
        tokenizer.beginAgain()
    }

    // MARK: Passing on

    /// Passes bytes at hand on.
    mutating func pass(_ range: Range<Int>, _ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        if run.upperBound == range.lowerBound, !run.isEmpty {
            run = run.lowerBound..<range.upperBound
        } else {
            try flushRun(bytes, &output)
            run = range
        }
    }

    mutating func flushRun(_ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        guard !run.isEmpty else { return }
        try emit(bytes.extracting(run), &output)
        run = 0..<0
    }

    /// Gives bytes up, or holds them with what is not decided yet.
    mutating func emit(_ text: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        if row.isHeld {
            try row.hold(text)
        } else if hold != nil {
            try hold?.pass(text)
        } else {
            output.append(text)
        }
    }

    /// Passes other bytes on.
    mutating func write(_ text: [UInt8], _ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        try flushRun(bytes, &output)
        try emit(text.span, &output)
    }

    // MARK: What stands before a value

    mutating func flushPrefix(_ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        if !prefix.isEmpty { try write(prefix, bytes, &output) }
        if !prefixRun.isEmpty { try pass(prefixRun, bytes, &output) }
        dropPrefix()
    }

    mutating func dropPrefix() {
        if !prefix.isEmpty { prefix.removeAll(keepingCapacity: true) }
        prefixRun = 0..<0
    }

    /// Whether it begins with a comma.
    func prefixHasComma(_ bytes: Span<UInt8>) -> Bool {
        let first = prefix.first ?? (prefixRun.isEmpty ? 0 : bytes[prefixRun.lowerBound])
        return first == UInt8(ascii: ",")
    }

    mutating func dropComma() {
        if prefix.isEmpty { prefixRun = prefixRun.dropFirst() } else { prefix.removeFirst() }
    }

    /// Adds to it what follows what it holds.
    mutating func holdPrefix(_ range: Range<Int>) throws(PolicyError) {
        prefixRun = prefixRun.isEmpty ? range : prefixRun.lowerBound..<range.upperBound
        guard prefix.count + prefixRun.count <= Self.maximumPrefix else {
            throw PolicyError(
                .unsupportedResponse, "more than \(Self.maximumPrefix) bytes stand between two values")
        }
    }
}
