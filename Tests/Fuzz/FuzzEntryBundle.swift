import TransparencyLog

/// A bundle that parses is written again byte by byte.
enum FuzzEntryBundle {
    static func run(_ bytes: [UInt8]) {
        guard let bundle = try? EntryBundle(parsing: bytes) else { return }
        precondition(bundle.bytes == bytes, "the bundle was written again otherwise")
        precondition((1...TilePath.fullWidth).contains(bundle.entries.count), "a bundle of another width")
        let exact = try? EntryBundle(parsing: bytes, width: bundle.entries.count)
        precondition(exact == bundle, "the width of the bundle is refused")
        precondition((try? EntryBundle(parsing: bytes, width: bundle.entries.count + 1)) == nil, "a width it has not")
    }
}
