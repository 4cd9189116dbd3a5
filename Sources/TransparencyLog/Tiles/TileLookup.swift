/// Which tiles hold the hashes of given subtrees, and where: computed without reading anything.
struct TileLookup {
    private struct Place {
        let tile: TilePath
        let height: Int
        let position: Int
    }

    private let places: [Place]

    /// The tiles to read, each once.
    let tiles: [TilePath]

    init(_ nodes: [TreeNode], size: UInt64) throws(TransparencyLogError) {
        let layout = TileLayout(size: size)
        var places: [Place] = []
        var tiles: [TilePath] = []
        for node in nodes {
            // The shift stays within 64 bits: the subtree is complete in a tree whose size fits them.
            guard node.isComplete(inTreeOf: size), case let first = node.index << UInt64(node.level % 8),
                let tile = layout.hashTile(level: node.level / 8, index: first >> 8)
            else {
                throw TransparencyLogError(
                    .notInTree, "no subtree \(node.index) at level \(node.level) in a tree of size \(size)")
            }
            let position = Int(first & 255) >> (node.level % 8)
            places.append(Place(tile: tile, height: node.level % 8, position: position))
            if !tiles.contains(tile) { tiles.append(tile) }
        }
        self.places = places
        self.tiles = tiles
    }

    /// The hashes of the subtrees, given what is behind ``tiles``.
    func hashes(in contents: [TilePath: Tile]) throws(TransparencyLogError) -> [Hash] {
        var hashes: [Hash] = []
        hashes.reserveCapacity(places.count)
        for place in places {
            guard let tile = contents[place.tile] else {
                throw TransparencyLogError(.invalidArgument, "`\(place.tile)` was not read")
            }
            hashes.append(tile.subtree(height: place.height, position: place.position))
        }
        return hashes
    }
}
