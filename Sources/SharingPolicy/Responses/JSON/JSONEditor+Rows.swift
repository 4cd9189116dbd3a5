// Which rows are passed on.
extension JSONEditor {
    /// The row being read, and what is held because of it.
    struct Row {
        /// No feature has come yet, so that it is open whether the response has any.
        var awaitsFeatures: Bool
        var isOpen = false
        /// It is not passed on, as so many rows have been.
        var isDropped = false
        /// It is open whether it is passed on.
        var isUndecided = false
        /// It begins with the comma before it.
        var hasComma = false
        /// Rows passed on.
        var passed = 0
        private(set) var held: [UInt8] = []
        /// The suppressions that a number of cases was seen for, and those it was too small for.
        private(set) var seen: UInt32 = 0
        private(set) var insufficient: UInt32 = 0

        init(awaitsFeatures: Bool) { self.awaitsFeatures = awaitsFeatures }

        var isHeld: Bool { isUndecided || awaitsFeatures }

        mutating func hold(_ text: Span<UInt8>) throws(PolicyError) {
            guard held.count + text.count <= JSONEditor.maximumRow else {
                throw PolicyError(
                    .unsupportedResponse,
                    "a row, or what stands before the first, is longer than \(JSONEditor.maximumRow) bytes")
            }
            held.append(text)
        }

        /// Gives what is held up.
        mutating func release() -> [UInt8] {
            defer { held.removeAll(keepingCapacity: true) }
            return held
        }

        mutating func count(_ suppressions: UInt32, isEnough: Bool) {
            seen |= suppressions
            if !isEnough { insufficient |= suppressions }
        }

        mutating func resetCounts() { (seen, insufficient) = (0, 0) }
    }

    /// A row begins; says whether it may be passed on.
    mutating func beginRow(_ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) -> Bool {
        try flushRun(bytes, &output)
        row.isOpen = true
        row.isDropped = rowLimit.map { row.passed >= $0 } ?? false
        guard !row.isDropped else { return false }
        row.isUndecided = !leastCounts.isEmpty || hold != nil
        key?.beginRow()
        row.hasComma = false
        row.resetCounts()
        return true
    }

    /// The row has ended; says whether it is passed on, for which it gives its comma up as the first.
    @discardableResult
    mutating func endRow(isFirst: Bool, _ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) -> Bool {
        try flushRun(bytes, &output)
        defer { (row.isOpen, row.isDropped, row.isUndecided) = (false, false, false) }
        if row.isDropped { return false }
        if row.isUndecided {
            let all = UInt32.max >> (32 - UInt32(leastCounts.count))
            let text = row.release()
            guard row.seen == all, row.insufficient == 0 else { return false }
            if let key {
                // Whether it is passed on, and as the first, turns out at the end.
                if let key = key.key(of: text) { try hold?.add(text, key: key, hasComma: row.hasComma) }
                return false
            }
            output.append(contentsOf: text.dropFirst(isFirst && row.hasComma ? 1 : 0))
        }
        row.passed += 1
        return true
    }

    /// The first feature may come: what stands before it is passed on.
    mutating func beginFeatures(_ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        guard row.awaitsFeatures else { return }
        try flushRun(bytes, &output)
        row.awaitsFeatures = false
        let text = row.release()
        try emit(text.span, &output)
    }

    /// A value begins whose fate is known, and the comma and name before it are passed on.
    mutating func beginAlike(
        _ field: Int, isDropped: Bool, _ bytes: Span<UInt8>, _ output: inout [UInt8]
    ) throws(PolicyError) {
        guard row.isOpen else { return }
        try flushRun(bytes, &output)
        key?.begin(field, at: isDropped ? nil : row.held.count)
    }

    mutating func endAlike(_ field: Int, _ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        guard row.isOpen else { return }
        try flushRun(bytes, &output)
        key?.end(field, at: row.held.count)
    }

    /// A number of cases was read.
    mutating func countCases(_ kind: JSONTokenizer.Kind) {
        findings.find(.counted)
        let number = kind == .number ? scalar.number : nil
        for (index, least) in leastCounts.enumerated() where scalar.counts & 1 << UInt32(index) != 0 {
            row.count(1 << UInt32(index), isEnough: number.map { $0 >= Number(Int64(least)) } ?? false)
        }
    }
}
