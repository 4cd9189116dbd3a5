import HTTPTypes

/// A request that is well-formed and names a dataset, and of which nothing else is known.
struct UnverifiedRequest: Sendable {
    let head: HTTPRequest
    let route: ExchangeRoute
    let framing: ContentFraming
    /// Who holds the connection.
    let peer: PeerKey
}
