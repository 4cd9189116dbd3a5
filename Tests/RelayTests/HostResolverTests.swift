import CityIdentity
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Relay

@Suite struct HostResolverTests {
    /// A resolver's answers, and what it was asked.
    private final class Names: Sendable {
        private struct State {
            var asked: [String] = []
            var running = 0
            var most = 0
        }

        private let state = Mutex(State())
        private let answer: @Sendable (String, Int) throws -> String

        /// - Parameter answer: an address for a name that is asked for so many times, the first time 0.
        init(_ answer: @escaping @Sendable (String, Int) throws -> String) { self.answer = answer }

        var asked: [String] { self.state.withLock { $0.asked } }
        /// Lookups at once, at most.
        var most: Int { self.state.withLock { $0.most } }

        func lookUp(_ name: String) throws -> [SocketAddress] {
            let before = self.state.withLock { state in
                defer { state.asked.append(name) }
                state.running += 1
                state.most = max(state.most, state.running)
                return state.asked.count { $0 == name }
            }
            defer { self.state.withLock { $0.running -= 1 } }
            return [try SocketAddress(ipAddress: try self.answer(name, before), port: 0)]
        }
    }

    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let city = Self.code("MA.156.1301")
    private let other = Self.code("MA.156.3301")

    private static func code(_ text: String) -> IdentificationCode {
        guard let code = try? IdentificationCode(text) else { fatalError("the sample is a code") }
        return code
    }

    /// Runs a body with a resolver that has threads of its own.
    private func with(
        _ names: Names, _ limits: HostResolver.Limits = .init(), threads: Int = 4,
        _ body: (HostResolver) async throws -> Void
    ) async throws {
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        do {
            try await body(HostResolver(threads: pool, limits: limits) { try names.lookUp($0) })
        } catch {
            try await pool.shutdownGracefully()
            throw error
        }
        try await pool.shutdownGracefully()
    }

    private func find(_ resolver: HostResolver, _ name: String, for city: IdentificationCode) async throws -> String? {
        try await resolver.addresses(of: name, for: city, on: self.loop).get().first?.ipAddress
    }

    @Test func whatWasFoundIsRemembered() async throws {
        let names = Names { _, times in "192.0.2.\(times + 1)" }
        var limits = HostResolver.Limits()
        limits.lifetime = .hours(1)
        try await self.with(names, limits) { resolver in
            for _ in 0..<10 {
                let found = try await self.find(resolver, "a", for: self.city)
                #expect(found == "192.0.2.1")
            }
            #expect(names.asked == ["a"])
            // A city's answers are its own.
            let others = try await self.find(resolver, "a", for: self.other)
            #expect(others == "192.0.2.2")
        }
    }

    @Test func whatWasFoundIsAskedForAnewAfterAWhile() async throws {
        let names = Names { _, times in "192.0.2.\(times + 1)" }
        var limits = HostResolver.Limits()
        limits.lifetime = .zero
        try await self.with(names, limits) { resolver in
            for time in 1...3 {
                let found = try await self.find(resolver, "a", for: self.city)
                #expect(found == "192.0.2.\(time)")
            }
        }
    }

    @Test func manyWhoAskAtOnceCauseOneLookup() async throws {
        let names = Names { _, _ in
            usleep(50_000)
            return "192.0.2.1"
        }
        try await self.with(names) { resolver in
            let futures = (0..<100).map { _ in resolver.addresses(of: "a", for: self.city, on: self.loop) }
            for future in futures {
                let addresses = try await future.get()
                #expect(addresses.count == 1)
            }
            #expect(names.asked == ["a"])
        }
    }

    @Test func whatDoesNotResolveIsNotAskedForAgainAtOnce() async throws {
        let names = Names { _, _ in throw RelayError(.address, "no such name") }
        var limits = HostResolver.Limits()
        limits.failureLifetime = .hours(1)
        try await self.with(names, limits) { resolver in
            for _ in 0..<5 {
                await #expect(throws: RelayError.self) { try await self.find(resolver, "a", for: self.city) }
            }
            #expect(names.asked == ["a"])
        }
    }

    @Test func aCityOfThousandsOfNamesForgetsItsOwn() async throws {
        let names = Names { _, _ in "192.0.2.1" }
        var limits = HostResolver.Limits()
        limits.names = 8
        limits.lifetime = .hours(1)
        try await self.with(names, limits) { resolver in
            _ = try await self.find(resolver, "kept", for: self.other)
            for index in 0..<1000 { _ = try await self.find(resolver, "n\(index)", for: self.city) }
            #expect(resolver.knownCount(of: self.city) == 8)
            _ = try await self.find(resolver, "kept", for: self.other)
            #expect(names.asked.count { $0 == "kept" } == 1)
        }
    }

    /// Names that never answer hold up their own city only.
    @Test(.timeLimit(.minutes(5))) func aCityWhoseNamesHangDelaysNobodyElse() async throws {
        let release = Mutex(false)
        let names = Names { name, _ in
            while name.hasPrefix("slow"), !release.withLock({ $0 }) { usleep(5_000) }
            return "192.0.2.1"
        }
        var limits = HostResolver.Limits()
        limits.waiting = 10
        try await self.with(names, limits) { resolver in
            let slow = (0..<30).map { resolver.addresses(of: "slow\($0)", for: self.city, on: self.loop) }
            // Ten wait, two of them on a thread; the others are refused at once.
            for future in slow.dropFirst(10) {
                let error = await #expect(throws: RelayError.self) { try await future.get() }
                #expect(error?.code == .overloaded)
            }
            // They are answered though none of the slow ones is.
            for index in 0..<5 { _ = try await self.find(resolver, "fast\(index)", for: self.other) }
            #expect(names.asked.count { $0.hasPrefix("slow") } <= 2)
            #expect(names.most <= 3)
            release.withLock { $0 = true }
            for future in slow.prefix(10) { _ = try await future.get() }
        }
    }
}
