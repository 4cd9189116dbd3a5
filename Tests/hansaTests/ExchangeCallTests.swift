import CityIdentity
import NIOCore
import NIOEmbedded
import Testing

@testable import hansa

@Suite struct ExchangeCallTests {
    /// In TLS 1.3 a gateway's answer to a client's certificate comes after the client's part of the handshake: by then the
    /// request may be on its way, or the connection over.
    @Test func `a refused key is told by its alert, whatever could still be sent`() async throws {
        let signer = ExchangeSigner(
            keyID: try KeyIdentifier("MA.156.1301#exchange-1"), key: try PrivateKey(generating: .es256),
            address: try GatewayAddress("https://gateway.example"))
        let signed = try signer.sign(ExchangeRequest(target: "/exchange/MA.156.1301/divisions/all"))
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        let connection = try await channel.testingEventLoop.executeInContext {
            try ExchangeConnection.Channel(wrappingChannelSynchronously: channel)
        }
        let alert = ExchangeConnection.Alert(description: "TLS alert `certificate unknown`")
        try await channel.testingEventLoop.executeInContext { channel.pipeline.fireErrorCaught(alert) }
        try await channel.close().get()
        await #expect(throws: ExchangeConnection.Alert.self) {
            try await connection.executeThenClose { inbound, outbound in
                var iterator = inbound.makeAsyncIterator()
                _ = try await ExchangeCall.run(
                    signed, content: NoContent(), inbound: &iterator, outbound: outbound
                ) { _ in { _ in } }
            }
        }
    }
}
