package import AccessReceipts
package import CityIdentity
package import HTTPTypes

/// A request whose signature was verified with a ledger key that may speak for the connection's peer.
///
/// Only `RequestAuthenticator` makes one. It is one object for the reason that `AuthorizedRequest` is.
package final class AuthenticatedRequest: Sendable {
    package let head: HTTPRequest
    package let route: ExchangeRoute
    package let framing: ContentFraming
    /// Who holds the connection.
    package let peer: PeerKey
    /// The key that signed.
    package let key: KeyIdentifier
    /// What the consumer calls its signature.
    package let label: String
    /// What the consumer says it wants the data for.
    package let purpose: String?
    /// What the content has to be; `nil` only where there is none.
    package let digest: ExpectedDigest?
    package let signature: Receipt.Signature
    package let nonce: NonceRecord
    let trace: TraceParent

    init(
        head: HTTPRequest, route: ExchangeRoute, framing: ContentFraming, peer: PeerKey, key: KeyIdentifier,
        label: String, purpose: String?, digest: ExpectedDigest?, signature: Receipt.Signature, nonce: NonceRecord,
        trace: TraceParent
    ) {
        self.head = head
        self.route = route
        self.framing = framing
        self.peer = peer
        self.key = key
        self.label = label
        self.purpose = purpose
        self.digest = digest
        self.signature = signature
        self.nonce = nonce
        self.trace = trace
    }

    /// Who asks: the signer.
    package var consumer: IdentificationCode { self.key.code }
}

/// The digests that a request's content has to have.
package struct ExpectedDigest: Hashable, Sendable {
    package let sha256: [UInt8]?
    package let sha512: [UInt8]?

    /// Whether content with these digests is the expected: every digest that was given has to fit.
    package func matches(sha256: [UInt8], sha512: [UInt8]?) -> Bool {
        guard self.sha256 != nil || self.sha512 != nil else { return false }
        return (self.sha256 == nil || self.sha256 == sha256) && (self.sha512 == nil || self.sha512 == sha512)
    }
}
