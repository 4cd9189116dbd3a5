import ArgumentParser
import Ledger
import TransparencyLog

/// Where a ledger is read: in a node's directory, or over HTTP from a node that serves it.
struct LedgerSourceOptions: ParsableArguments {
    @OptionGroup var home: HomeOptions

    @Option(
        name: .long, help: "A node's directory, to read the ledger there instead of asking a node.",
        completion: .directory)
    var directory: String?

    /// The home that was named, or the node's directory where only that was.
    var owner: HomeOptions {
        var owner = home
        if owner.home == nil { owner.home = directory }
        return owner
    }

    /// Runs with the source that was named.
    func with<Result>(_ work: (LedgerSource) async throws -> Result) async throws -> Result {
        if let directory {
            let path = try await NodeConfiguration.read(directory: directory).path("ledger.directory")
            do {
                return try await work(.local(try LedgerArchive(directory: path)))
            } catch let error as LedgerError {
                throw CommandError(
                    error.code == .notFound ? .notFound : .failure, "the ledger in `\(path)`", cause: error)
            }
        }
        return try await home.withNode { try await work(.remote($0)) }
    }
}

/// A ledger that can be read: its checkpoint and tiles.
enum LedgerSource: TileReader {
    case local(LedgerArchive)
    case remote(NodeClient)

    func checkpoint() async throws -> [UInt8] {
        switch self {
        case .local(let archive): return try await archive.checkpoint()
        case .remote(let node):
            guard let bytes = try await node.bytes("/ledger/checkpoint", limit: 1 << 20) else {
                throw CommandError(.notFound, "the node at `\(node.base)` serves no ledger")
            }
            return bytes
        }
    }

    func tile(_ path: TilePath) async throws -> [UInt8] {
        switch self {
        case .local(let archive): return try await archive.tile(path)
        case .remote(let node):
            guard let bytes = try await node.bytes("/ledger/\(path)") else {
                throw CommandError(.notFound, "the node at `\(node.base)` does not serve `\(path)`")
            }
            return bytes
        }
    }

    /// The log's size as its checkpoint says, which nothing here verifies.
    func claim() async throws -> Checkpoint {
        let bytes = try await checkpoint()
        do {
            return try Checkpoint(parsing: SignedNote(parsing: bytes).text)
        } catch {
            throw CommandError(.failure, "the ledger's checkpoint is not one", cause: error)
        }
    }

    /// Leaves in order, from bundle to bundle, and what each came to where that is known.
    func entries(
        from start: UInt64, to end: UInt64, size: UInt64, _ body: (UInt64, [UInt8], Outcome?) throws -> Void
    ) async throws {
        let layout = TileLayout(size: size)
        var index = start
        while index < end {
            let first = index / 256 * 256
            let last = min(first + 256, end)
            switch self {
            case .local(let archive):
                for entry in try await archive.entries(from: index, count: Int(last - index)) {
                    try body(entry.index, entry.data, BlockHeader.isHeader(entry.data) ? nil : entry.outcome)
                }
            case .remote:
                guard let path = layout.entryBundle(index: index / 256) else { return }
                let bundle = try EntryBundle(parsing: try await tile(path), width: path.width)
                for (position, entry) in zip(first..., bundle.entries) where position >= index && position < end {
                    try body(position, entry, nil)
                }
            }
            index = last
        }
    }

    /// What the transaction at an index came to; `nil` where this source does not know.
    func outcome(of index: UInt64) async throws -> Outcome? {
        guard case .local(let archive) = self else { return nil }
        let entry = try await archive.entry(at: index)
        return BlockHeader.isHeader(entry.data) ? nil : entry.outcome
    }
}
