/// The path of a tile or of an entry bundle below a log's prefix (tlog-tiles, APIs).
///
/// `tile/<L>/<N>[.p/<W>]` for hashes, `tile/entries/<N>[.p/<W>]` for entries; `<N>` in groups of three digits, all but
/// the last with an `x` before them. Only the shortest form of a number is taken.
public struct TilePath: Sendable, Hashable, CustomStringConvertible {
    /// The number of hashes of a full tile and of entries of a full bundle.
    public static let fullWidth = 256

    /// What is behind a path.
    public enum Kind: Sendable, Hashable {
        /// Hashes of the given tile level, from 0 to 63.
        case hashes(level: Int)
        /// Log entries.
        case entries
    }

    /// What is behind the path.
    public let kind: Kind
    /// The position among the tiles of the level, from the left.
    public let index: UInt64
    /// The number of hashes or entries: 256, or 1 to 255 if the tile is partial.
    public let width: Int

    /// Whether fewer than 256 hashes or entries are behind the path.
    public var isPartial: Bool { width < TilePath.fullWidth }

    /// The level of a hash tile; 0 for entries, which stand beside the tiles of level 0.
    public var level: Int {
        switch kind {
        case .hashes(let level): level
        case .entries: 0
        }
    }

    /// The full tile or bundle that this one becomes or is.
    public var full: TilePath { TilePath(kind: kind, index: index, checkedWidth: TilePath.fullWidth) }

    /// Makes a path; throws `invalidArgument` if the level is not from 0 to 63 or the width not from 1 to 256.
    public init(_ kind: Kind, index: UInt64, width: Int = fullWidth) throws(TransparencyLogError) {
        if case .hashes(let level) = kind, !(0...63).contains(level) {
            throw TransparencyLogError(.invalidArgument, "a tile level is from 0 to 63, not \(level)")
        }
        guard (1...TilePath.fullWidth).contains(width) else {
            throw TransparencyLogError(.invalidArgument, "a tile width is from 1 to 256, not \(width)")
        }
        self.init(kind: kind, index: index, checkedWidth: width)
    }

    init(kind: Kind, index: UInt64, checkedWidth: Int) {
        self.kind = kind
        self.index = index
        self.width = checkedWidth
    }

    /// The path as a URL or a file system has it, without a leading slash.
    public var description: String {
        var groups = ""
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            let group = String(repeating: "0", count: 3 - digits.utf8.count) + digits
            groups = groups.isEmpty ? group : "x\(group)/\(groups)"
            rest /= 1000
        } while rest > 0
        let folder =
            switch kind {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        return "tile/\(folder)/\(groups)" + (isPartial ? ".p/\(width)" : "")
    }
}
