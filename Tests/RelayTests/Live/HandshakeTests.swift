import CityIdentity
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import Relay

/// TLS itself: the key agreement, and sessions that are taken up again.
@Suite(.serialized) struct HandshakeTests {
    /// Reads what comes before TLS does.
    private final class Tap: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer

        final class Bytes: Sendable {
            let value = Mutex<[UInt8]>([])
        }

        private let bytes: Bytes

        init(_ bytes: Bytes) { self.bytes = bytes }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = self.unwrapInboundIn(data)
            self.bytes.value.withLock { $0.append(contentsOf: buffer.readableBytesView) }
            context.fireChannelRead(data)
        }
    }

    /// The group that a ServerHello's key_share names (RFC 8446, sections 4.1.3 and 4.2.8).
    private static func group(ofServerHello record: [UInt8]) -> UInt16? {
        // Record header, handshake header, version and random; then the session's id, the suite and the compression.
        var rest = record.dropFirst(5 + 4 + 2 + 32)
        guard let idLength = rest.first, record.first == 22, record.dropFirst(5).first == 2 else { return nil }
        rest = rest.dropFirst(1 + Int(idLength) + 2 + 1 + 2)
        while rest.count >= 4 {
            let numbers = rest.prefix(6).map(UInt16.init)
            if numbers[0] << 8 | numbers[1] == 51 { return numbers[4] << 8 | numbers[5] }
            rest = rest.dropFirst(4 + Int(numbers[2] << 8 | numbers[3]))
        }
        return nil
    }

    @Test func keyAgreementIsHybrid() async throws {
        try await World.with { world in
            let tls = try TestClient.tls(world.network, key: "\(TestNetwork.consumer)#tls")
            let context = try NIOSSLContext(configuration: tls)
            let bytes = Tap.Bytes()
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let ssl = try NIOSSLClientHandler(context: context, serverHostname: nil)
                        try channel.pipeline.syncOperations.addHandlers([Tap(bytes), ssl])
                    }
                }
                .connect(host: "127.0.0.1", port: world.gateway.port).get()
            for _ in 0..<200 where bytes.value.withLock({ $0.count }) < 1300 {
                try await Task.sleep(for: .milliseconds(10))
            }
            try await channel.close()
            // X25519MLKEM768.
            #expect(Self.group(ofServerHello: bytes.value.withLock { $0 }) == 0x11EC)
        }
    }

    private static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/opt/homebrew/bin/openssl"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Asks for something over a connection of OpenSSL's client and returns all it says.
    /// - Parameter renegotiates: lets it ask for another handshake first.
    private static func ask(
        _ arguments: [String], in folder: URL, port: Int, renegotiates: Bool = false
    ) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.openssl))
        process.arguments =
            ["s_client", "-connect", "127.0.0.1:\(port)"] + (renegotiates ? [] : ["-ign_eof"]) + arguments
        process.currentDirectoryURL = folder
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        if renegotiates {
            try await Task.sleep(for: .milliseconds(500))
            try input.fileHandleForWriting.write(contentsOf: Data("R\n".utf8))
            try await Task.sleep(for: .milliseconds(500))
        }
        // Where the other end has ended the connection, nobody reads this.
        signal(SIGPIPE, SIG_IGN)
        try? input.fileHandleForWriting.write(
            contentsOf: Data("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
        let said = try await Task.detached { try output.fileHandleForReading.readToEnd() }.value
        process.waitUntilExit()
        return String(decoding: said ?? Data(), as: UTF8.self)
    }

    /// Writes the consumer's certificate and key where OpenSSL's client finds them.
    private static func credentials(_ world: World, key: String) throws -> URL {
        let folder = world.network.directory
        try world.network.certificate(for: key).pem.write(
            to: folder.appending(path: "tls.crt"), atomically: true, encoding: .utf8)
        try world.network.key(key).pem.write(
            to: folder.appending(path: "tls.pem"), atomically: true, encoding: .utf8)
        return folder
    }

    @Test(.enabled(if: HandshakeTests.openssl != nil))
    func olderVersionsAreRefused() async throws {
        try await World.with(configure: { $0.authorities = .any }) { world in
            let folder = try Self.credentials(world, key: "\(TestNetwork.consumer)#tls")
            for version in ["-tls1_2", "-tls1_1", "-tls1"] {
                let said = try await Self.ask(
                    [version, "-cipher", "ALL:@SECLEVEL=0", "-cert", "tls.crt", "-key", "tls.pem"], in: folder,
                    port: world.gateway.port)
                #expect(!said.contains("HTTP/1.1 "), Comment(rawValue: said))
                #expect(said.contains("alert protocol version"), Comment(rawValue: said))
            }
        }
    }

    /// Where TLS 1.2 is let in, a connection still is one handshake's.
    @Test(.enabled(if: HandshakeTests.openssl != nil), arguments: [false, true])
    func nothingIsNegotiatedAnew(renegotiates: Bool) async throws {
        try await World.with(configure: {
            $0.authorities = .any
            $0.allowsTLS12 = true
        }) { world in
            let folder = try Self.credentials(world, key: "\(TestNetwork.consumer)#tls")
            let said = try await Self.ask(
                ["-tls1_2", "-cert", "tls.crt", "-key", "tls.pem"], in: folder, port: world.gateway.port,
                renegotiates: renegotiates)
            #expect(said.contains("New, TLSv1.2"), Comment(rawValue: said))
            #expect(said.contains("RENEGOTIATING") == renegotiates, Comment(rawValue: said))
            #expect(said.contains("HTTP/1.1 404") == !renegotiates, Comment(rawValue: said))
        }
    }

    @Test(.enabled(if: HandshakeTests.openssl != nil))
    func sessionOfARevokedKeyIsNotTakenUpAgain() async throws {
        try await World.with(configure: { $0.authorities = .any }) { world in
            let key = "\(TestNetwork.consumer)#tls"
            let folder = try Self.credentials(world, key: key)
            let port = world.gateway.port
            let first = try await Self.ask(
                ["-cert", "tls.crt", "-key", "tls.pem", "-sess_out", "session"], in: folder, port: port)
            #expect(first.contains("HTTP/1.1 404"), Comment(rawValue: first))
            // What comes before the handshake is over could be replayed: no session allows it.
            #expect(first.contains("Max Early Data: 0") && !first.contains("Early data was accepted"))
            let again = try await Self.ask(["-sess_in", "session", "-sess_out", "session"], in: folder, port: port)
            #expect(again.contains("Reused, TLSv1.3"), Comment(rawValue: again))
            #expect(again.contains("HTTP/1.1 404"), Comment(rawValue: again))
            try await world.network.revoke(key)
            let revoked = try await Self.ask(["-sess_in", "session"], in: folder, port: port)
            #expect(!revoked.contains("HTTP/1.1 "), Comment(rawValue: revoked))
        }
    }
}
