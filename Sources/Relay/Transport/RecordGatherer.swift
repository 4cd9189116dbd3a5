import NIOCore

/// Joins small writes between two flushes: TLS seals each write as a record of its own, and each record costs the same however
/// little is in it.
///
/// Holds at most one record's worth of bytes; a write that fills a record by itself passes uncopied.
final class RecordGatherer: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The plaintext of one TLS record (RFC 8446, section 5.1), in bytes.
    private static let recordSize = 1 << 14

    private var gathered: ByteBuffer?
    private var promise: EventLoopPromise<Void>?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let piece = self.unwrapOutboundIn(data)
        if let count = self.gathered?.readableBytes, count + piece.readableBytes > Self.recordSize {
            self.pass(context)
        }
        if self.gathered?.writeImmutableBuffer(piece) == nil { self.gathered = piece }
        if let promise {
            if let first = self.promise { first.futureResult.cascade(to: promise) } else { self.promise = promise }
        }
        if piece.readableBytes >= Self.recordSize { self.pass(context) }
    }

    func flush(context: ChannelHandlerContext) {
        self.pass(context)
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        self.pass(context)
        context.close(mode: mode, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.promise?.fail(ChannelError.ioOnClosedChannel)
        (self.gathered, self.promise) = (nil, nil)
    }

    private func pass(_ context: ChannelHandlerContext) {
        guard let gathered = self.gathered else { return }
        let promise = self.promise
        (self.gathered, self.promise) = (nil, nil)
        context.write(self.wrapOutboundOut(gathered), promise: promise)
    }
}
