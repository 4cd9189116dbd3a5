import CityIdentity
import Foundation
import GRDB
import Testing
import TransparencyLog

@testable import AccessReceipts

/// A process that writes receipts as fast as it can is killed with `kill -9`, again and again, in one directory.
@Suite struct KillTests {
    private static let rounds = 24

    /// Writes until it is killed by itself, and writes down every receipt that was acknowledged.
    static func write(_ directory: String, milliseconds: Int) async throws {
        let store = try ReceiptStore(
            directory: directory, origin: Samples.origin, signer: Samples.signer(), clock: { Samples.start })
        try await store.reconcile()
        let list = try FileHandle(forWritingTo: acknowledged(directory))
        try list.seekToEnd()
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { kill(getpid(), SIGKILL) }
        while true {
            for number in 0..<50 {
                let receipt = Samples.receipt(kind: number % 10 == 0 ? .opening : .single)
                let use = store.usage.reserve(RestartTests.usage, at: Samples.start)
                let nonce = RestartTests.nonce(receipt.id.description, 60)
                store.append(receipt, nonce: nonce, reservations: [use]) { result in
                    guard case .success(let position) = result else { return }
                    try? list.write(contentsOf: Data("\(position.id) \(position.index)\n".utf8))
                }
            }
            let opening = Samples.receipt(kind: .opening)
            let leaf = try await store.append(opening).entry
            try await store.append(
                opening.closing(id: ReceiptID(at: opening.time), at: opening.time, leaf: leaf, end: .complete))
        }
    }

    private static func acknowledged(_ directory: String) -> URL {
        URL(filePath: directory).appending(path: "acknowledged")
    }

    @Test func everyAcknowledgedReceiptOutlivesTheProcess() async throws {
        try await Samples.withDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: Self.acknowledged(directory).path, contents: nil)
            var known: UInt64 = 0
            for round in 0..<Self.rounds {
                let milliseconds = round * 37 % 250
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [directory = directory as String, milliseconds = milliseconds as Int] in
                    try await KillTests.write(directory, milliseconds: milliseconds)
                }
                let size = try await Self.expectWhole(directory, "round \(round), \(milliseconds) ms")
                #expect(size >= known)
                known = size
            }
            #expect(known > UInt64(Self.rounds))
            try await Self.expectProven(directory)
        }
    }

    /// Checks that the log holds together, and has every receipt that was acknowledged once, at its place.
    private static func expectWhole(_ directory: String, _ round: Comment) async throws -> UInt64 {
        let lines = try String(contentsOf: acknowledged(directory), encoding: .utf8).split(separator: "\n")
        return try await Samples.withStore(directory) { store in
            let edge = store.published.edge
            let places = try await store.reader.places()
            #expect(places.count == Int(edge.size), round)
            for line in lines {
                // The last line of a round may be cut: whoever wrote it was killed while writing.
                let parts = line.split(separator: " ")
                guard parts.count == 2, let id = ReceiptID(String(parts[0])), let index = UInt64(parts[1]) else {
                    continue
                }
                #expect(places[id] == index, round)
            }
            let root = try await store.reader.root(size: edge.size)
            #expect(root == edge.root, round)
            // What goes with a receipt stands with it or not at all.
            let nonces = try await store.usedNonces(since: Samples.start).living
            #expect(nonces.allSatisfy { ReceiptID($0.nonce).map { places[$0] != nil } ?? false }, round)
            let uses = store.usage.count(
                rule: RestartTests.usage.rule, dataset: RestartTests.usage.dataset, consumer: nil, since: Samples.start)
            #expect(uses == nonces.count, round)
            return edge.size
        }
    }

    /// Checks the proof of every receipt there is, and that every exchange that was cut off can be closed.
    private static func expectProven(_ directory: String) async throws {
        try await Samples.withStore(directory) { store in
            try await store.reconcile()
            let openings = try await store.reader.openReceipts()
            #expect(openings.isEmpty)
            let edge = store.published.edge
            let wrong = try await store.reader.read { database in
                try StoredReceipt.all(database).filter { stored in
                    let proof = try MerkleTree.inclusionProof(
                        of: stored.position, size: edge.size, reader: StoredTiles(database).hashes(size: edge.size))
                    guard let content = stored.content else { return true }
                    let entry = SaltedLeaf.entry(salt: content.salt, receipt: content.bytes)
                    return entry != stored.entry
                        || !MerkleTree.verifyInclusion(
                            of: MerkleTree.leafHash(entry), at: stored.position, size: edge.size, root: edge.root,
                            proof: proof)
                }.map(\.id)
            }
            #expect(wrong.isEmpty)
        }
    }
}

extension ReceiptReader {
    /// Where each receipt stands.
    fileprivate func places() async throws -> [ReceiptID: UInt64] {
        try await read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT id, position FROM receipt")
            return Dictionary(
                rows.compactMap { row in
                    row.bytes("id").flatMap(ReceiptID.init(bytes:)).map { ($0, UInt64(row["position"] as Int64)) }
                }, uniquingKeysWith: { first, _ in first })
        }
    }
}

extension StoredReceipt {
    fileprivate static func all(_ database: Database) throws -> [StoredReceipt] {
        try Row.fetchAll(database, sql: "SELECT position, id, entry, salt, body FROM receipt").map(StoredReceipt.init)
    }
}
