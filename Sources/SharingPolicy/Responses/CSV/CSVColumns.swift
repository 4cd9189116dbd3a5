/// What duties say of the columns of CSV.
struct CSVColumns: Sendable {
    /// What is said of one column.
    struct Column {
        var isPassedOn = true
        var coarsening: Coarsening?
        /// The numbers of cases that its values must reach.
        var least: Int?
        /// Rows must be alike in it.
        var isAlike = false
    }

    private let duties: ResponseDuties

    /// Throws ``PolicyError`` of code `unsupportedResponse` for duties that say something of no column.
    init(_ duties: ResponseDuties) throws(PolicyError) {
        guard duties.positionDecimals == nil else {
            throw PolicyError(.unsupportedResponse, "CSV has no positions to make coarser: expected GeoJSON")
        }
        let named =
            duties.redactions + duties.keptFields.joined() + duties.coarsenings.keys + duties.suppressions.keys.joined()
            + (duties.alikeness?.fields ?? [])
        for pointer in named { _ = try Self.name(pointer) }
        self.duties = duties
    }

    /// The name of the column that a pointer names, folded.
    private static func name(_ pointer: JSONPointer) throws(PolicyError) -> String {
        let tokens =
            pointer.tokens.count == 2 && pointer.tokens[0] == .any ? pointer.tokens.dropFirst() : pointer.tokens[...]
        guard tokens.count == 1, case .named(let name)? = tokens.first else {
            throw PolicyError(
                .unsupportedResponse, "`\(pointer)` names no column of CSV: expected `/name` or `/*/name`")
        }
        return folded(name)
    }

    private static func names(_ pointers: some Sequence<JSONPointer>) throws(PolicyError) -> Set<String> {
        var names: Set<String> = []
        for pointer in pointers { names.insert(try name(pointer)) }
        return names
    }

    /// A name in lower case, without what cannot be seen around it; equal where Unicode says so.
    static func folded(_ name: [UInt8]) -> String {
        let isSeen = { (scalar: Unicode.Scalar) in
            !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint
        }
        let scalars = String(decoding: name, as: UTF8.self).unicodeScalars
        guard let first = scalars.firstIndex(where: isSeen), let last = scalars.lastIndex(where: isSeen) else {
            return ""
        }
        return String(scalars[first...last]).lowercased()
    }

    /// What is said of each column of a header.
    ///
    /// Throws ``PolicyError`` of code `unsupportedResponse` where the header has none of the columns that a duty is about.
    func plan(header: [[UInt8]]) throws(PolicyError) -> [Column] {
        let header = header.map(Self.folded)
        var columns = [Column](repeating: Column(), count: header.count)
        if !duties.redactions.isEmpty {
            for index in try places(duties.redactions, header) { columns[index].isPassedOn = false }
        }
        for pointers in duties.keptFields {
            let names = try Self.names(pointers)
            for index in header.indices where !names.contains(header[index]) { columns[index].isPassedOn = false }
        }
        if !duties.keptFields.isEmpty, !columns.contains(where: \.isPassedOn) { throw Self.nothingNamed }
        for (pointers, count) in duties.suppressions {
            for index in try places(pointers, header) { columns[index].least = max(columns[index].least ?? 0, count) }
        }
        // Each of them: rows told apart by fewer columns than are meant would seem alike.
        for pointer in duties.alikeness?.fields ?? [] {
            for index in try places([pointer], header) { columns[index].isAlike = true }
        }
        if !duties.coarsenings.isEmpty {
            _ = try places(duties.coarsenings.keys, header)
            for (pointer, coarsening) in duties.coarsenings {
                let name = try Self.name(pointer)
                for index in header.indices where header[index] == name { columns[index].coarsen(coarsening) }
            }
        }
        return columns
    }

    private func places(_ pointers: some Sequence<JSONPointer>, _ header: [String]) throws(PolicyError) -> [Int] {
        let names = try Self.names(pointers)
        let places = header.indices.filter { names.contains(header[$0]) }
        if places.isEmpty { throw Self.nothingNamed }
        return places
    }

    private static let nothingNamed = PolicyError(
        .unsupportedResponse, "the header names none of the columns that a duty is about")
}

extension CSVColumns.Column {
    /// Where two coarsenings leave nothing, the column goes.
    fileprivate mutating func coarsen(_ added: Coarsening) {
        guard let present = coarsening else { return coarsening = added }
        coarsening = present.common(with: added)
        if coarsening == nil { isPassedOn = false }
    }
}
