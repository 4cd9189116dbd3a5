import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Console

@Suite struct ListenerLimitTests {
    private let head = HTTPRequestPart.head(
        HTTPRequest(method: .get, scheme: "http", authority: "gateway.example", path: "/"))

    private func connection(_ counts: ConnectionCounts) throws -> EmbeddedChannel {
        let limits = ConnectionGuard.Limits(firstHead: .seconds(5), content: .seconds(10), nextHead: .seconds(30))
        let channel = EmbeddedChannel(handler: ConnectionGuard(counts: counts, limits: limits))
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        return channel
    }

    /// How many whole seconds the connection stays open from now on, at most a minute.
    private func life(_ channel: EmbeddedChannel) -> Int {
        for second in 0..<60 {
            guard channel.isActive else { return second }
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        return 60
    }

    @Test func `a connection that asks nothing ends after five seconds`() throws {
        #expect(try life(connection(ConnectionCounts(limit: 4))) == 5)
    }

    @Test func `content that does not end ends the connection, however busy it is`() throws {
        let channel = try connection(ConnectionCounts(limit: 4))
        channel.embeddedEventLoop.advanceTime(by: .seconds(4))
        try channel.writeInbound(head)
        for _ in 0..<9 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            #expect(channel.isActive)
        }
        #expect(life(channel) == 1)
    }

    @Test func `what is asked is answered in its own time, and then the next request may come`() throws {
        let channel = try connection(ConnectionCounts(limit: 4))
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        #expect(channel.isActive)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(channel.isActive)
        #expect(life(channel) == 1)
    }

    @Test func `one address has so many connections and no more`() throws {
        let counts = ConnectionCounts(limit: 2)
        #expect(counts.enter("192.0.2.1"))
        #expect(counts.enter("192.0.2.1"))
        #expect(!counts.enter("192.0.2.1"))
        #expect(counts.enter("192.0.2.2"))
        counts.leave("192.0.2.1")
        #expect(counts.enter("192.0.2.1"))
    }

    @Test func `a connection that ends is counted out, one too many is closed at once`() throws {
        let counts = ConnectionCounts(limit: 1)
        let first = try connection(counts)
        let second = EmbeddedChannel(
            handler: ConnectionGuard(counts: counts, limits: .init(nextHead: .seconds(30))))
        #expect(!counts.enter("local"))
        #expect(first.isActive)
        try first.close().wait()
        first.embeddedEventLoop.run()
        #expect(counts.enter("local"))
        _ = try? second.finish()
    }

    @Test func `an address submits in bursts, and then at a rate of its own`() throws {
        let rate = AddressRate(burst: 3, perSecond: 2, addresses: 8)
        let start = ContinuousClock.now
        let one = try SocketAddress(ipAddress: "192.0.2.1", port: 1)
        for _ in 0..<3 { #expect(rate.take(from: one, at: start) == nil) }
        #expect(rate.take(from: one, at: start) == 1)
        #expect(try rate.take(from: SocketAddress(ipAddress: "192.0.2.1", port: 2), at: start) == 1)
        #expect(try rate.take(from: SocketAddress(ipAddress: "192.0.2.2", port: 1), at: start) == nil)
        #expect(rate.take(from: one, at: start + .milliseconds(500)) == nil)
        #expect(rate.take(from: one, at: start + .milliseconds(600)) == 1)
        #expect(rate.take(from: one, at: start + .seconds(60)) == nil)
    }

    @Test func `the addresses of one IPv6 network are one`() throws {
        let rate = AddressRate(burst: 1, perSecond: 1, addresses: 8)
        let start = ContinuousClock.now
        #expect(try rate.take(from: SocketAddress(ipAddress: "2001:db8:1:2::1", port: 1), at: start) == nil)
        #expect(try rate.take(from: SocketAddress(ipAddress: "2001:db8:1:2:ffff::9", port: 1), at: start) != nil)
        #expect(try rate.take(from: SocketAddress(ipAddress: "2001:db8:1:3::1", port: 1), at: start) == nil)
    }

    @Test func `a full table of busy addresses lets all others share one allowance`() throws {
        let rate = AddressRate(burst: 2, perSecond: 1, addresses: 4)
        let start = ContinuousClock.now
        for host in 1...4 {
            #expect(try rate.take(from: SocketAddress(ipAddress: "192.0.2.\(host)", port: 1), at: start) == nil)
        }
        for host in 5...6 {
            #expect(try rate.take(from: SocketAddress(ipAddress: "192.0.2.\(host)", port: 1), at: start) == nil)
        }
        #expect(try rate.take(from: SocketAddress(ipAddress: "192.0.2.7", port: 1), at: start) != nil)
        #expect(
            try rate.take(from: SocketAddress(ipAddress: "192.0.2.8", port: 1), at: start + .seconds(9)) == nil)
    }
}
