import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One HTTP/1.1 connection to a gateway, with the trailers that streamed responses are proven by.
struct ExchangeConnection: Sendable {
    typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
    typealias Inbound = NIOAsyncChannelInboundStream<HTTPClientResponsePart>
    typealias Outbound = NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>

    /// Connects, runs the work and closes, however the work ends.
    ///
    /// - Throws: `CommandError` with the status `unreachable` where the gateway is not there, or what the work throws.
    static func with<Result: Sendable>(
        _ address: GatewayAddress, identity: ClientIdentity,
        _ work: @Sendable (Inbound, Outbound) async throws -> Result
    ) async throws -> Result {
        let channel: Channel
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 65_536, maximum: 262_144)
                )
                .connect(host: address.host, port: address.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(identity.handler(for: address))
                        try channel.pipeline.syncOperations.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                        return try Channel(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(
                                backPressureStrategy: .init(lowWatermark: 2, highWatermark: 16),
                                isOutboundHalfClosureEnabled: false))
                    }
                }
        } catch {
            throw CommandError(
                .unreachable,
                "the gateway at `\(address.authority)` does not answer: \(ConnectionFailure.words(error))",
                advice: "is the address right (--gateway, or `gateway` in the profile)?")
        }
        do {
            return try await channel.executeThenClose(work)
        } catch {
            throw translated(error, address: address)
        }
    }

    /// A TLS alert of the other side (RFC 8446 section 6).
    struct Alert: Error, CustomStringConvertible {
        let description: String
    }

    /// What became of a connection, in words; everything that is not TLS stays as it is.
    private static func translated(_ error: any Error, address: GatewayAddress) -> any Error {
        guard error is NIOSSLError || error is BoringSSLError else {
            guard error is IOError || error is ChannelError else { return error }
            return CommandError(
                .unreachable,
                "the gateway at `\(address.authority)` ended the connection: \(ConnectionFailure.words(error))")
        }
        let words = "\(error)".split(whereSeparator: { !($0.isLetter || $0 == "_") })
        if let alert = words.first(where: { $0.contains("ALERT_") }) {
            let name = alert.split(separator: "_").drop { $0 != "ALERT" }.dropFirst().joined(separator: " ")
                .lowercased()
            return CommandError(
                .denied, "the gateway refused the connection's key",
                advice: "`hansa key list` tells whether the key is in use, `hansa doctor` looks at the certificate too",
                cause: Alert(description: "TLS alert `\(name)`"))
        }
        return CommandError(
            .no,
            "the gateway at `\(address.authority)` did not prove to hold the key that is trusted: "
                + ConnectionFailure.words(error),
            advice: "compare its certificate with the operator's, by another way than this network; "
                + "`hansa network join --gateway-certificate FILE` trusts another")
    }
}
