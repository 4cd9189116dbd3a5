package import NIOCore

/// How long the gateway waits for whom.
package struct RelayTimeouts: Hashable, Sendable {
    /// A TLS handshake.
    package var handshake: TimeAmount = .seconds(10)
    /// A request for its event loop, where all wait; where it lasts longer for a while, who has waited longer gets 503.
    package var queue: TimeAmount = .milliseconds(100)
    /// A request's header, from its first byte to its last.
    package var header: TimeAmount = .seconds(15)
    /// Between two pieces of a request's or a response's content.
    package var body: TimeAmount = .seconds(30)
    /// Over how long the rate of content is measured.
    package var contentWindow: TimeAmount = .seconds(30)
    /// A connection without an exchange.
    package var idle: TimeAmount = .seconds(75)
    /// One exchange in all.
    package var total: TimeAmount = .hours(6)
    /// Connecting to the provider's system, TLS included.
    package var connect: TimeAmount = .seconds(5)
    /// The first exchange that waits for a connection to an origin; while it waits longer, no more may wait behind it.
    package var upstreamQueue: TimeAmount = .milliseconds(500)
    /// From the end of the request to the head of the provider's response.
    package var response: TimeAmount = .seconds(60)
    /// A pooled upstream connection without work.
    package var upstreamIdle: TimeAmount = .seconds(60)
    /// What is in flight when the gateway stops.
    package var drain: TimeAmount = .seconds(30)

    package init() {}
}
