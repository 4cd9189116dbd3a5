/// The tiles and entry bundles of a tree of a given size (tlog-tiles, Merkle Tree and Partial Tiles).
public struct TileLayout: Sendable, Hashable {
    /// The tiles of one level.
    public struct Level: Sendable, Hashable {
        /// The tile level, from 0.
        public let level: Int
        /// The number of full tiles.
        public let fullTiles: UInt64
        /// The width of the partial tile after them; 0 if there is none.
        public let partialWidth: Int
    }

    /// The number of leaves.
    public let size: UInt64

    /// The layout of a tree of `size` leaves.
    public init(size: UInt64) {
        self.size = size
    }

    /// The levels that have tiles, from 0 up; none if the tree is empty.
    public var levels: [Level] {
        (0..<8).map(level).prefix { $0.fullTiles > 0 || $0.partialWidth > 0 }
    }

    private func level(_ level: Int) -> Level {
        let hashes = size >> UInt64(8 * level)
        return Level(level: level, fullTiles: hashes >> 8, partialWidth: Int(hashes & 255))
    }

    /// The hash tile of `level` at `index`, full or partial; nil if the tree has none there.
    public func hashTile(level: Int, index: UInt64) -> TilePath? {
        guard (0..<8).contains(level) else { return nil }
        return tile(.hashes(level: level), in: self.level(level), index: index)
    }

    /// The entry bundle at `index`, full or partial; nil if the tree has none there.
    public func entryBundle(index: UInt64) -> TilePath? {
        tile(.entries, in: level(0), index: index)
    }

    private func tile(_ kind: TilePath.Kind, in level: Level, index: UInt64) -> TilePath? {
        if index < level.fullTiles { return TilePath(kind: kind, index: index, checkedWidth: TilePath.fullWidth) }
        guard index == level.fullTiles, level.partialWidth > 0 else { return nil }
        return TilePath(kind: kind, index: index, checkedWidth: level.partialWidth)
    }

    /// The hash tiles that a tree of this size has and one of `oldSize` has not, level by level.
    ///
    /// From size 0 these are all tiles. A partial tile that grew is among them with its new width.
    public func hashTiles(addedSince oldSize: UInt64 = 0) -> some Sequence<TilePath> {
        levels.lazy.flatMap { added(.hashes(level: $0.level), in: $0, since: oldSize) }
    }

    /// The entry bundles that a tree of this size has and one of `oldSize` has not.
    public func entryBundles(addedSince oldSize: UInt64 = 0) -> some Sequence<TilePath> {
        added(.entries, in: level(0), since: oldSize)
    }

    private func added(_ kind: TilePath.Kind, in level: Level, since oldSize: UInt64) -> some Sequence<TilePath> {
        let old = min(oldSize, size) >> UInt64(8 * level.level)
        let isUnchanged = old == size >> UInt64(8 * level.level)
        let end = level.fullTiles + (level.partialWidth > 0 && !isUnchanged ? 1 : 0)
        return (min(old >> 8, end)..<end).lazy.compactMap { tile(kind, in: level, index: $0) }
    }

    /// Whether a log of this size may serve `path`: it is full, or as wide as some tree up to this size had it.
    ///
    /// Every partial tile is the beginning of the wider one, so that a log needs to keep only the widest.
    public func contains(_ path: TilePath) -> Bool {
        let whole =
            switch path.kind {
            case .hashes(let level): hashTile(level: level, index: path.index)
            case .entries: entryBundle(index: path.index)
            }
        return whole.map { path.width <= $0.width } ?? false
    }
}
