/// A bundle of log entries: each with its length before it as a big-endian 16-bit number (tlog-tiles, Log entries).
public struct EntryBundle: Sendable, Hashable {
    /// The most bytes an entry can have.
    public static let maximumEntryLength = Int(UInt16.max)

    /// The entries in order: 1 to 256 of them.
    public let entries: [[UInt8]]

    /// Makes a bundle; throws `invalidArgument` if there are no or more than 256 entries or one is too long.
    public init(_ entries: [[UInt8]]) throws(TransparencyLogError) {
        guard (1...TilePath.fullWidth).contains(entries.count) else {
            throw TransparencyLogError(.invalidArgument, "a bundle has 1 to 256 entries, not \(entries.count)")
        }
        guard entries.allSatisfy({ $0.count <= EntryBundle.maximumEntryLength }) else {
            throw TransparencyLogError(.invalidArgument, "an entry has more than 65535 bytes")
        }
        self.entries = entries
    }

    /// Parses a bundle to the last byte; throws `malformedEntryBundle`.
    ///
    /// - Parameter width: the number of entries there must be; nil takes 1 to 256.
    public init(parsing bytes: [UInt8], width: Int? = nil) throws(TransparencyLogError) {
        var entries: [[UInt8]] = []
        var position = 0
        while position < bytes.count {
            guard entries.count < width ?? TilePath.fullWidth else {
                throw TransparencyLogError(.malformedEntryBundle, "more than \(entries.count) entries")
            }
            guard bytes.count - position >= 2 else {
                throw TransparencyLogError(.malformedEntryBundle, "the length of entry \(entries.count) is cut")
            }
            let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            position += 2
            guard bytes.count - position >= length else {
                throw TransparencyLogError(.malformedEntryBundle, "entry \(entries.count) is cut")
            }
            entries.append([UInt8](bytes[position..<position + length]))
            position += length
        }
        guard !entries.isEmpty, width == nil || entries.count == width else {
            throw TransparencyLogError(.malformedEntryBundle, "\(entries.count) entries are too few")
        }
        self.entries = entries
    }

    /// The bundle as it is stored and served.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + 2 + $1.count })
        for entry in entries {
            bytes.append(UInt8(truncatingIfNeeded: entry.count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: entry.count))
            bytes += entry
        }
        return bytes
    }

    /// The leaf hashes of the entries, which stand in the tile of level 0 at the same index.
    public var leafHashes: [Hash] { entries.map { MerkleTree.leafHash($0) } }
}
