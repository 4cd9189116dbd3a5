/// An edited response whose rows wait for its end, since only then it is known how many are alike.
///
/// Held is all that would go out if no row were withheld, and for each row what it is compared by; a response that needs more
/// room is refused. Rows are alike where their keys are the same bytes.
struct RowHold {
    private struct Row {
        let range: Range<Int>
        let group: Int
        /// It begins with the comma before it, which it gives up as the first.
        let hasComma: Bool
    }

    /// How many rows must be alike.
    private let least: Int
    private let rowLimit: Int?

    /// The most bytes held.
    private let limit: Int
    private var text: [UInt8] = []
    private var rows: [Row] = []
    private var groups: [[UInt8]: Int] = [:]

    /// Rows of each group.
    private var counts: [Int] = []
    private var keyBytes = 0

    init(least: Int, rowLimit: Int?, limit: Int) {
        self.least = least
        self.rowLimit = rowLimit
        self.limit = limit
    }

    /// What a key takes beside its bytes: an array, and its share of the table.
    private static let groupSize = 96

    /// Bytes held.
    var size: Int {
        text.count + rows.count * MemoryLayout<Row>.stride + keyBytes + groups.count * Self.groupSize
    }

    /// Holds what is no row.
    mutating func pass(_ bytes: Span<UInt8>) throws(PolicyError) {
        try checkRoom(for: bytes.count)
        text.append(bytes)
    }

    /// Holds a row.
    mutating func add(_ row: [UInt8], key: [UInt8], hasComma: Bool = false) throws(PolicyError) {
        try checkRoom(for: row.count + key.count + MemoryLayout<Row>.stride + Self.groupSize)
        let group: Int
        if let known = groups[key] {
            group = known
        } else {
            group = counts.count
            groups[key] = group
            counts.append(0)
            keyBytes += key.count
        }
        counts[group] += 1
        rows.append(Row(range: text.count..<text.count + row.count, group: group, hasComma: hasComma))
        text.append(contentsOf: row)
    }

    private func checkRoom(for bytes: Int) throws(PolicyError) {
        guard bytes <= limit - size else {
            throw PolicyError(
                .unsupportedResponse,
                "it cannot be told which rows are alike: that takes more than \(limit) bytes of the response at once")
        }
    }

    /// Gives everything up but the rows that too few are alike with, or that come after the most that may go out.
    mutating func release() -> [UInt8] {
        var kept = 0
        var next = 0
        var passed = 0
        text.withUnsafeMutableBytes { bytes in
            let keep = { (range: Range<Int>) in
                // Always towards the front, so that nothing is overwritten that is still to come.
                let source = UnsafeRawBufferPointer(rebasing: bytes[range])
                UnsafeMutableRawBufferPointer(rebasing: bytes[kept..<kept + range.count]).copyMemory(from: source)
                kept += range.count
            }
            for row in rows {
                keep(next..<row.range.lowerBound)
                next = row.range.upperBound
                guard counts[row.group] >= least, passed < rowLimit ?? .max else { continue }
                keep(row.range.dropFirst(passed == 0 && row.hasComma ? 1 : 0))
                passed += 1
            }
            keep(next..<bytes.count)
        }
        text.removeLast(text.count - kept)
        defer { self = RowHold(least: least, rowLimit: rowLimit, limit: limit) }
        return text
    }
}
