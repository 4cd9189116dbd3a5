import Foundation
import GRDB
import Ledger
import NIOHTTP1
import Relay
import Testing

@testable import AccessReceipts

/// A store of receipts that cannot be written: nothing is exchanged, and everything is again once it can.
@Suite(.serialized) struct StoreFailureTests {
    /// Every way to exchange something is refused, and nothing of an answer leaves.
    private static func expectRefusals(_ world: World, _ client: TestClient) async throws {
        let requests: [TestClient.Request] = [
            .init(World.path("open", "hello")), .init(World.path("open", "bytes/3000000")),
            .init(World.path("counted", "hello")),
            .init(World.path("open", "received")) {
                $0.method = "POST"
                $0.content = [1, 2, 3]
            },
            .init(World.path("closed", "hello")),
        ]
        let seen = world.origin.observed
        for request in requests {
            let refused = try await client.send(request)
            #expect(refused.status == 503, Comment(rawValue: "\(request.method) \(request.path)"))
            #expect(refused.text.contains("urn:hansa:problem:receipts-unavailable"))
            #expect(refused.headers.first(name: "retry-after") == "5")
            #expect(refused.receipt == nil)
            #expect(!refused.text.contains("hello"))
        }
        // Effects need their opening receipt first: the provider's system saw nothing of the request with content.
        #expect(world.origin.observed.content == seen.content)
    }

    private static func expectService(_ world: World, _ client: TestClient, counted: [Int]) async throws {
        let response = try await client.get(World.path("open", "hello"))
        #expect(response.status == 200)
        #expect(try await world.gateway.receipt(response.receipt)?.response?.status == 200)
        // What was refused meanwhile was not counted.
        for status in counted {
            let response = try await client.get(World.path("counted", "hello"))
            #expect(response.status == status)
        }
        #expect(try await FloodTests.isQuiet(world))
    }

    @Test func lockedStoreRefusesUntilItIsFree() async throws {
        try await World.with { world in
            try await world.withClient { client in
                try await Self.expectService(world, client, counted: [])
                var configuration = Configuration()
                configuration.allowsUnsafeTransactions = true
                let path = world.network.directory.appending(path: "gateway/\(ReceiptFiles.name)").path
                let other = try DatabaseQueue(path: path, configuration: configuration)
                try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
                try await Self.expectRefusals(world, client)
                try await other.writeWithoutTransaction { try $0.rollback() }
                try await Self.expectService(world, client, counted: [200, 200, 429])
            }
        }
    }

    @Test func fullStoreRefusesUntilThereIsRoom() async throws {
        try await World.with { world in
            try await world.withClient { client in
                try await Self.limit(world, pages: 1)
                // Until the pages that it has are full, receipts are written.
                var statuses: [Int] = []
                for _ in 0..<2000 where statuses.last != 503 {
                    statuses.append(try await client.get(World.path("open", "hello")).status)
                }
                #expect(statuses.last == 503 && statuses.dropLast().allSatisfy { $0 == 200 })
                try await Self.expectRefusals(world, client)
                try await Self.limit(world, pages: 1 << 30)
                try await Self.expectService(world, client, counted: [200, 200, 429])
            }
        }
    }

    /// A file system that is full to its last block, and then is not.
    @Test(.enabled(if: SmallDisk.canBeMade, "mounting a small file system is root's to do"))
    func fullDiskRefusesUntilThereIsRoom() async throws {
        try await World.with { world in
            try await SmallDisk.with(at: world.network.directory.appending(path: "small"), mebibytes: 8) { disk in
                let gateway = try await TestGateway(world.network, name: "small")
                let small = World(network: world.network, origin: world.origin, gateway: gateway)
                do {
                    try await small.withClient { client in
                        try await Self.expectService(small, client, counted: [])
                        try disk.fill()
                        // The log that is written ahead may have room in itself still.
                        var statuses: [Int] = []
                        for _ in 0..<5000 where statuses.last != 503 {
                            statuses.append(try await client.get(World.path("open", "hello")).status)
                        }
                        #expect(statuses.last == 503 && statuses.dropLast().allSatisfy { $0 == 200 })
                        try await Self.expectRefusals(small, client)
                        try disk.makeRoom()
                        try await Self.expectService(small, client, counted: [200, 200, 429])
                    }
                } catch {
                    await gateway.stop()
                    throw error
                }
                await gateway.stop()
            }
        }
    }

    /// The ledger's file held by another process: what is permitted goes on, nothing is added until it is free.
    @Test func lockedLedgerGoesOnExchangingAndRecovers() async throws {
        try await World.with { world in
            try await world.withClient { client in
                var configuration = Configuration()
                configuration.allowsUnsafeTransactions = true
                let path = world.network.directory.appending(path: "ledger/ledger.sqlite").path
                let other = try DatabaseQueue(path: path, configuration: configuration)
                try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
                let height = world.network.ledger.view.height
                let revoked = "\(TestNetwork.consumer)#tls-2"
                await #expect(throws: LedgerError.self) { try await world.network.revoke(revoked) }
                #expect(world.network.ledger.view.height == height)
                try await Self.expectService(world, client, counted: [200])
                try await other.writeWithoutTransaction { try $0.rollback() }
                // What failed left nothing behind: the same sequence number is taken.
                try await world.network.revoke(revoked)
                #expect(world.network.ledger.view.height == height + 1)
                try await Self.expectService(world, client, counted: [200, 429])
            }
        }
    }

    /// SQLite refuses to let the file grow over so many pages, or over those it has, as a full disk does.
    private static func limit(_ world: World, pages: Int) async throws {
        try await world.gateway.store.perform { writer in
            try writer.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
        }
    }
}
