import CityIdentity
import GRDB
import TransparencyLog

/// The receipts of one commit while they are written.
struct ReceiptBatch {
    /// What is true once the commit stands.
    struct Outcome {
        fileprivate(set) var edge: TileAppender
        /// Openings of this commit, and those that it closes.
        fileprivate(set) var opened: [ReceiptID: [UInt8]] = [:]
        fileprivate(set) var closed: Set<ReceiptID> = []
        /// One for each receipt, in order.
        fileprivate(set) var results: [Result<ReceiptPosition, ReceiptError>] = []
    }

    private(set) var outcome: Outcome
    private let openings: [ReceiptID: [UInt8]]
    private var filled: [Tile] = []
    private var uses: [UsageStep: Int64] = [:]
    private var nonces: [UInt8] = []
    private var nonceExpiry: Int64 = .min
    private var random: RandomBuffer

    init(edge: TileAppender, openings: [ReceiptID: [UInt8]], random: RandomBuffer) {
        self.random = random
        outcome = Outcome(edge: edge)
        self.openings = openings
    }

    /// Writes one receipt; a receipt that cannot stand is refused by itself, without harm to the others.
    mutating func store(_ receipt: PendingReceipt, _ database: Database) throws {
        if case .closing(let closing) = receipt.kind, !isOpen(closing) {
            outcome.results.append(.failure(Self.notOpen(closing)))
            return
        }
        let salt = SaltedLeaf.salt(using: &random)
        let entry = SaltedLeaf.entry(salt: salt, receipt: receipt.body)
        let position = outcome.edge.size
        guard try insert(receipt, position: position, entry: entry, salt: salt, database) else {
            outcome.results.append(.failure(ReceiptError(.duplicate, "a receipt `\(receipt.id)` is stored already")))
            return
        }
        switch receipt.kind {
        case .single: break
        case .opening:
            outcome.opened[receipt.id] = entry
            try RawStatement(database, "INSERT INTO exchange (id, opening) VALUES (?, ?)")
                .run(.bytes(receipt.id.bytes), .integer(Int64(position)))
        case .closing(let closing):
            outcome.closed.insert(closing.opening)
            try RawStatement(database, "UPDATE exchange SET closing = ? WHERE id = ?")
                .run(.integer(Int64(position)), .bytes(closing.opening.bytes))
        }
        filled += outcome.edge.append(MerkleTree.leafHash(entry))
        for reservation in receipt.reservations {
            let step = UsageStep(usage: reservation.usage, second: reservation.second)
            uses[step, default: 0] += Int64(reservation.amount)
        }
        if let nonce = receipt.nonce {
            nonce.encode(into: &nonces)
            nonceExpiry = max(nonceExpiry, nonce.expires.milliseconds)
        }
        outcome.results.append(.success(ReceiptPosition(id: receipt.id, index: position, entry: entry)))
    }

    private func isOpen(_ closing: Receipt.Closing) -> Bool {
        !outcome.closed.contains(closing.opening)
            && (outcome.opened[closing.opening] ?? openings[closing.opening]) == closing.openingLeaf
    }

    private static func notOpen(_ closing: Receipt.Closing) -> ReceiptError {
        ReceiptError(.notOpen, "no open exchange has the receipt `\(closing.opening)` with that leaf")
    }

    private func insert(
        _ receipt: PendingReceipt, position: UInt64, entry: [UInt8], salt: [UInt8], _ database: Database
    ) throws -> Bool {
        let sql = """
            INSERT INTO receipt (position, id, entry, time, kind, decision, consumer, provider, dataset, salt, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """
        return try RawStatement(database, sql).run(
            .integer(Int64(position)), .bytes(receipt.id.bytes), .bytes(entry), .integer(receipt.time),
            .integer(receipt.kind.stored), .integer(receipt.denied ? 1 : 0), .text(receipt.consumer),
            receipt.provider.map { .text($0) } ?? .null, receipt.dataset.map { .text($0) } ?? .null, .bytes(salt),
            .bytes(receipt.body)) == 1
    }

    /// Writes what goes with all receipts together: tiles, nonces and counts.
    func storeRest(_ database: Database, at time: Timestamp) throws {
        let tile = try RawStatement(database, "INSERT OR REPLACE INTO tile VALUES (?, ?)")
        let partial = filled.isEmpty ? [] : outcome.edge.partialTiles.filter { $0.path.level > 0 }
        for changed in filled + partial {
            try tile.run(.integer(StoredTiles.key(changed.path)), .bytes(changed.bytes))
        }
        if !nonces.isEmpty {
            try forgetNonces(database, before: time)
            try RawStatement(database, "INSERT INTO nonces VALUES (?, ?)")
                .run(.integer(nonceExpiry), .bytes(nonces))
        }
        try storeUses(database)
    }

    /// Deletes what has expired, and keeps the latest expiry of all that was: the clock may be set back.
    private func forgetNonces(_ database: Database, before time: Timestamp) throws {
        let mark = """
            INSERT INTO forgotten_nonces
            SELECT 1, max(expires) FROM nonces WHERE expires < ? HAVING count(*) > 0
            ON CONFLICT DO UPDATE SET expires = max(expires, excluded.expires)
            """
        guard try RawStatement(database, mark).run(.integer(time.milliseconds)) > 0 else { return }
        try RawStatement(database, "DELETE FROM nonces WHERE expires < ?").run(.integer(time.milliseconds))
    }

    private func storeUses(_ database: Database) throws {
        for measure in Usage.Measure.allCases {
            let uses = uses.filter { $0.key.usage.measure == measure }
            guard !uses.isEmpty else { continue }
            let add = "ON CONFLICT DO UPDATE SET count = count + excluded.count"
            let use = try RawStatement(database, "INSERT INTO \(measure.table) VALUES (?, ?, ?, ?, ?) \(add)")
            for (step, count) in uses {
                try use.run(
                    .text(step.usage.rule), .text(step.usage.dataset), .text(step.usage.consumer.description),
                    .integer(step.second), .integer(count))
            }
        }
    }
}

/// What is counted of a use in one second.
private struct UsageStep: Hashable {
    let usage: Usage
    let second: Int64
}

extension Receipt.Kind {
    /// The number in the table of receipts.
    fileprivate var stored: Int64 {
        switch self {
        case .single: 0
        case .opening: 1
        case .closing: 2
        }
    }
}
