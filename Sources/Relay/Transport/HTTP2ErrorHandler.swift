import NIOCore
import NIOHTTP2

/// Closes an HTTP/2 connection whose framing failed or whose peer does too much of what costs it nothing.
///
/// The HTTP/2 handler has told the peer by GOAWAY. What it has answered by RST_STREAM concerns that stream alone
/// (RFC 9113, section 5.4.2): other exchanges on the connection go on. Not so after a frame that the stream's state forbids: the
/// handler resets with another code than the STREAM_CLOSED of section 5.1, and the whole connection may end instead.
final class HTTP2ErrorHandler: ChannelInboundHandler {
    typealias InboundIn = Any

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if Self.isOfOneStream(error) { return }
        context.close(promise: nil)
    }

    /// The errors that the HTTP/2 handler only ever finds in one stream: a message or its order is wrong, not the framing.
    private static func isOfOneStream(_ error: any Error) -> Bool {
        switch error {
        case let error as NIOHTTP2Errors.StreamError: isOfOneStream(error.baseError)
        case is NIOHTTP2Errors.TrailersWithoutEndStream, is NIOHTTP2Errors.ContentLengthViolated,
            is NIOHTTP2Errors.ContentLengthHeadersMismatch, is NIOHTTP2Errors.ContentLengthHeaderMalformedValue,
            is NIOHTTP2Errors.ContentLengthHeaderNegative, is NIOHTTP2Errors.EmptyPathHeader,
            is NIOHTTP2Errors.ForbiddenHeaderField, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName,
            is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue, is NIOHTTP2Errors.MissingPseudoHeader,
            is NIOHTTP2Errors.DuplicatePseudoHeader, is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader,
            is NIOHTTP2Errors.UnknownPseudoHeader, is NIOHTTP2Errors.UnsupportedPseudoHeader,
            is NIOHTTP2Errors.InvalidPseudoHeaders, is NIOHTTP2Errors.InvalidPseudoHeaderValue:
            true
        default: false
        }
    }
}
