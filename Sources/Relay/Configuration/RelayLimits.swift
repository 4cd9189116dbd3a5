/// What one gateway takes on at most.
///
/// Everything a peer can make grow has its line here.
package struct RelayLimits: Hashable, Sendable {
    /// Open connections of consumers.
    package var connections = 16_384
    /// Open connections of one city with all its units.
    package var connectionsPerCity = 1024
    /// Connections from one address whose peers have not proven yet who they are.
    package var handshakesPerAddress = 256
    /// Exchanges at once; more are answered with 503.
    package var exchanges = 4096
    /// Exchanges at once of one city with all its units.
    package var exchangesPerCity = 1024
    /// Streams at once on one HTTP/2 connection.
    package var streamsPerConnection = 100
    /// Bytes of a request target.
    package var targetLength = 8192
    /// Bytes of a header, names and values together.
    package var headerSize = 32_768
    /// Bytes of one field.
    package var fieldSize = 16_384
    /// Fields in one header or trailer.
    package var fieldCount = 96
    /// Bytes of a request's content that is gathered and checked before the provider's system sees any of it.
    package var gatheredRequest = 65_536
    /// Bytes of a response's content that go with one receipt; longer content streams between two.
    package var gatheredResponse = 65_536
    /// Bytes of a request's content in all.
    package var requestContent: Int64 = 64 << 30
    /// Bytes a second that the content of a request or a response has to come with; 0 is as slow as one likes.
    package var contentRate = 256
    /// Bytes of a response that are held until something is found in it that each duty names.
    package var transformedResponse = 8 << 20
    /// Bytes held of all responses together that duties transform; more are answered with 503.
    package var transformedResponses = 256 << 20
    /// Bytes waiting to be written to either side before the other is no longer read.
    package var writeBuffer = 262_144
    /// Upstream connections to one origin, on one event loop.
    package var upstreamConnectionsPerOrigin = 256
    /// Of those, being opened at a time.
    package var upstreamOpening = 16
    /// Exchanges waiting for a connection to one origin, on one event loop.
    package var upstreamWaiters = 1024
    /// Upstream connections kept open without work, for one origin on one event loop.
    package var upstreamIdle = 64
    /// Upstream connections kept open without work, for all origins of one city on one event loop.
    package var upstreamIdlePerCity = 256
    /// Receipts a minute, for one city, of denials of requests whose signature did not verify.
    package var unverifiedDenials = 60
    /// Live nonces remembered.
    package var nonces = 1_000_000

    package init() {}
}
