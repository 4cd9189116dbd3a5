package import CityIdentity
internal import StrictJSON
package import TransparencyLog

/// The leaf that opens a block: what the block stands on, and when it was made.
package struct BlockHeader: Sendable, Hashable {
    /// How many blocks there are before it.
    package let height: UInt64
    /// The root of the log before this leaf.
    package let previousRoot: Hash
    /// The block's time, by which its transactions are judged; never before the previous block's.
    package let time: Timestamp
    /// The root of the state that the previous block left.
    package let stateRoot: Hash
}

extension BlockHeader {
    /// What a header leaf begins with; a transaction, being base64url, never does.
    private static let opening = Array(#"{"block":"#.utf8)

    /// Whether a leaf claims to open a block.
    package static func isHeader(_ leaf: [UInt8]) -> Bool { leaf.starts(with: opening) }

    /// The leaf.
    package var bytes: [UInt8] {
        let value: JSONValue = [
            "block": [
                "height": JSONValue(height), "previousRoot": JSONValue(previousRoot.base64),
                "time": JSONValue(time.rfc3339), "stateRoot": JSONValue(stateRoot.base64),
            ]
        ]
        return value.bytes
    }

    /// Parses a header leaf; only the bytes that ``bytes`` writes are one.
    package init(parsing leaf: [UInt8]) throws(LedgerError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: leaf, limits: JSONLimits(size: 1_024, depth: 4, values: 16)) } catch {
            throw LedgerError(.malformed, "the header leaf is not JSON", cause: error)
        }
        var outer = try MemberReader(value, at: "header")
        var reader = try MemberReader(outer.value("block"), at: "header.block")
        height = try reader.unsigned("height")
        previousRoot = try reader.hash("previousRoot")
        time = try reader.timestamp("time")
        stateRoot = try reader.hash("stateRoot")
        try reader.finish()
        try outer.finish()
        guard bytes == leaf else { throw LedgerError(.malformed, "the header leaf is not in its one form") }
    }
}

/// A header and the transactions that follow it, in order: what a sequencer decides on.
package struct Block: Sendable, Hashable {
    package let header: BlockHeader
    /// Signed transactions, each a leaf.
    package let transactions: [[UInt8]]

    package init(header: BlockHeader, transactions: [[UInt8]]) {
        self.header = header
        self.transactions = transactions
    }

    /// What the block adds to the log.
    package var leaves: [[UInt8]] { [header.bytes] + transactions }
}
