import BaseEncodings
import Testing

@testable import TransparencyLog

/// Paths, tiles and entry bundles of tlog-tiles.
@Suite struct ConformanceTiles {
    private static let vectors = Vectors.shared

    @Test(Vectors.have("tilePaths"), arguments: vectors.cases("tilePaths"))
    func paths(entry: Case) throws {
        let text = try entry.text("path")
        let path = try TilePath(parsing: text)
        let width = try entry.has("width") ? Int(entry.number("width")) : TilePath.fullWidth
        let kind: TilePath.Kind
        switch try entry.text("kind") {
        case "tile": kind = .hashes(level: try Int(entry.number("level")))
        case "entries": kind = .entries
        case let other: throw TransparencyLogError(.invalidArgument, "`\(other)` is no kind of path")
        }
        #expect(try path == TilePath(kind, index: entry.number("index"), width: width))
        #expect(path.description == text)
    }

    @Test(Vectors.have("rejectTilePaths"), arguments: vectors.cases("rejectTilePaths"))
    func `paths to be refused`(entry: Case) throws {
        let text = try entry.text("path")
        let error = #expect(throws: TransparencyLogError.self) { try TilePath(parsing: text) }
        #expect(error?.code == .malformedTilePath)
    }

    @Test(Vectors.have("tileWidths"), arguments: vectors.cases("tileWidths"))
    func widths(entry: Case) throws {
        let levels = TileLayout(size: try entry.number("size")).levels
        let expected = try entry.cases("levels")
        #expect(levels.count == expected.count)
        for (level, expected) in zip(levels, expected) {
            #expect(try level.level == Int(expected.number("level")))
            #expect(try level.fullTiles == expected.number("fullTiles"))
            #expect(try level.partialWidth == Int(expected.number("partialWidth")))
        }
    }

    @Test(Vectors.have("tileSets"), arguments: vectors.cases("tileSets"))
    func resources(entry: Case) throws {
        let size = try entry.number("size")
        let layout = TileLayout(size: size)
        let paths = Set((Array(layout.hashTiles()) + layout.entryBundles()).map(\.description))
        let resources = try entry.cases("resources")
        let count = try entry.has("count") ? Int(entry.number("count")) : resources.count
        #expect(paths.count == count)
        let tree = SampleTree(size: size)
        for resource in resources {
            let path = try resource.text("path")
            #expect(paths.contains(path))
            let bytes = try tree.resource(TilePath(parsing: path))
            #expect(try bytes.count == Int(resource.number("length")))
            #expect(try Hash(hashing: bytes).hex == resource.text("sha256"))
            if resource.has("base64") { #expect(try bytes == resource.base64("base64")) }
        }
    }

    @Test(Vectors.have("entryBundles"), arguments: vectors.cases("entryBundles"))
    func `entry bundles`(entry: Case) throws {
        let entries = try entry.texts("entriesBase64").map { try #require(BaseEncoding.base64.decode($0.utf8)) }
        let bytes = try EntryBundle(entries).bytes
        #expect(try bytes.count == Int(entry.number("bundleLength")))
        #expect(try Hash(hashing: bytes).hex == entry.text("bundleSha256"))
        if entry.has("bundleBase64") { #expect(try bytes == entry.base64("bundleBase64")) }
        let parsed = try EntryBundle(parsing: bytes, width: entries.count)
        #expect(parsed.entries == entries)
        if entry.has("leafHashes") { #expect(try parsed.leafHashes == entry.hashes("leafHashes")) }
    }

    @Test(Vectors.have("rejectEntryBundles"), arguments: vectors.cases("rejectEntryBundles"))
    func `entry bundles to be refused`(entry: Case) throws {
        let bytes = try entry.base64("bundleBase64")
        let error = #expect(throws: TransparencyLogError.self) { try EntryBundle(parsing: bytes) }
        #expect(error?.code == .malformedEntryBundle)
    }
}
