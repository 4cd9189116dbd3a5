import TransparencyLog

/// A path that parses is written again byte by byte.
enum FuzzTilePath {
    static func run(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), let path = try? TilePath(parsing: text) else {
            return
        }
        precondition(path.description.utf8.elementsEqual(bytes), "the path was written again otherwise")
        let again = try? TilePath(path.kind, index: path.index, width: path.width)
        precondition(again == path, "the parts make another path")
        _ = TileLayout(size: .max).contains(path)
    }
}
