/// Fetches tiles and entry bundles of a log, over HTTP or from a disk.
public protocol TileReader: Sendable {
    /// The bytes behind `path`, after any content coding of the transport was undone.
    func tile(_ path: TilePath) async throws -> [UInt8]
}

extension TileReader {
    /// The hash tile behind `path`, or the beginning of the full one where the partial one is gone
    /// (tlog-tiles, Partial Tiles).
    func hashTile(_ path: TilePath) async throws -> Tile {
        do {
            return try await Tile(parsing: tile(path), at: path)
        } catch  where path.isPartial && !Task.isCancelled {
            guard let full = try? await Tile(parsing: tile(path.full), at: path.full) else { throw error }
            return try Tile(prefixOf: full.bytes, at: path)
        }
    }

    /// The entries behind `path`, or the first of the full bundle where the partial one is gone.
    func entries(_ path: TilePath) async throws -> [[UInt8]] {
        do {
            return try await EntryBundle(parsing: tile(path), width: path.width).entries
        } catch  where path.isPartial && !Task.isCancelled {
            let full = try? await EntryBundle(parsing: tile(path.full), width: TilePath.fullWidth)
            guard let full else { throw error }
            return [[UInt8]](full.entries.prefix(path.width))
        }
    }
}
