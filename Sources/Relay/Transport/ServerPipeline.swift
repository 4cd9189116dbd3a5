import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypesHTTP2
import NIOSSL

/// The handlers of a consumer's connection.
enum ServerPipeline {
    /// Adds TLS, whose callback asks the ledger, and the connection's own handler.
    static func begin(_ channel: any Channel, loop: RelayLoop) throws {
        let core = loop.core
        let tls = NIOSSLServerHandler(
            context: core.tls.server,
            customVerificationCallback: { [remote = channel.remoteAddress] certificates, promise in
                switch core.verify(try? certificates.first?.toDERBytes()) {
                case .success: promise.succeed(.certificateVerified)
                case .failure(let refusal):
                    core.refused(refusal, remote: remote)
                    promise.succeed(.failed)
                }
            })
        let connection = ConnectionHandler(channel: channel, loop: loop)
        try channel.pipeline.syncOperations.addHandlers([tls, RecordGatherer(), connection])
        loop.accepted(connection)
    }

    /// Adds what speaks the negotiated protocol.
    static func configure(
        _ channel: any Channel, speaksHTTP2: Bool, connection: ConnectionHandler, peer: PeerKey, loop: RelayLoop
    ) throws {
        if speaksHTTP2 {
            try Self.addHTTP2(channel, connection: connection, peer: peer, loop: loop)
        } else {
            try Self.addHTTP1(channel, connection: connection, peer: peer, loop: loop)
        }
    }

    private static func addHTTP1(
        _ channel: any Channel, connection: ConnectionHandler, peer: PeerKey, loop: RelayLoop
    ) throws {
        let limits = loop.core.configuration.limits
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.fieldSize
        decoding.maxHeaderListSize = limits.headerSize
        decoding.maxHeaderFieldCount = limits.fieldCount
        try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoding)),
            HTTP1ServerCodec(fieldLimit: limits.fieldCount),
            ExchangeHandler(channel: channel, connection: connection, peer: peer, loop: loop, isHTTP2: false),
        ])
    }

    private static func addHTTP2(
        _ channel: any Channel, connection: ConnectionHandler, peer: PeerKey, loop: RelayLoop
    ) throws {
        let limits = loop.core.configuration.limits
        var settings = NIOHTTP2Handler.ConnectionConfiguration()
        settings.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.streamsPerConnection),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerSize),
            HTTP2Setting(parameter: .enablePush, value: 0),
        ]
        settings.maximumBufferedControlFrames = 1000
        settings.targetWindowSize = 1 << 20
        var streams = NIOHTTP2Handler.StreamConfiguration()
        streams.targetWindowSize = 1 << 18
        streams.outboundBufferSizeHighWatermark = limits.writeBuffer
        streams.outboundBufferSizeLowWatermark = limits.writeBuffer / 4
        // The handlers of a stream's channel run on its connection's event loop.
        let bound = NIOLoopBound((connection, loop), eventLoop: channel.eventLoop)
        let handler = NIOHTTP2Handler(
            mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: settings,
            streamConfiguration: streams
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let (connection, loop) = bound.value
                try stream.pipeline.syncOperations.addHandlers([
                    HTTP2FramePayloadToHTTPServerCodec(),
                    ExchangeHandler(channel: stream, connection: connection, peer: peer, loop: loop, isHTTP2: true),
                ])
            }
        }
        try channel.pipeline.syncOperations.addHandlers([handler, HTTP2ErrorHandler()])
    }
}
