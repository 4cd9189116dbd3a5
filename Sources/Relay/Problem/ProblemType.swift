/// A kind of refusal with a stable name: the `type` of an RFC 9457 problem details document.
package struct ProblemType: Hashable, Sendable {
    /// The last part of the type's URN.
    package let slug: String
    /// What the kind is called; the same for every occurrence.
    package let title: String
    /// The HTTP status code that goes with it.
    package let status: Int

    private init(_ status: Int, _ slug: String, _ title: String) {
        self.slug = slug
        self.title = title
        self.status = status
    }

    /// The type's URI.
    package var uri: String { "urn:hansa:problem:\(self.slug)" }

    /// The message is not HTTP as RFC 9110 and RFC 9112 write it, or two readers could understand it differently.
    package static let malformedRequest = ProblemType(400, "malformed-request", "The request is malformed")
    /// The request target is not acceptable.
    package static let malformedTarget = ProblemType(400, "malformed-target", "The request target is not acceptable")
    /// Content came without `Content-Digest`, or with one that cannot be read.
    package static let digestRequired = ProblemType(400, "digest-required", "Content needs a Content-Digest")
    /// The content is not what `Content-Digest` says.
    package static let digestMismatch = ProblemType(400, "digest-mismatch", "The content does not match its digest")
    /// No signature labelled or tagged for an exchange.
    package static let signatureRequired = ProblemType(401, "signature-required", "The request is not signed")
    /// The signature cannot be read, covers too little, or does not verify.
    package static let signatureInvalid = ProblemType(401, "signature-invalid", "The signature is not valid")
    /// The signature's time is over, or has not come.
    package static let signatureExpired = ProblemType(401, "signature-expired", "The signature's time does not fit")
    /// The signature was seen before.
    package static let replayed = ProblemType(401, "replayed", "The signature was used before")
    /// `Accept-Signature` cannot be read, or asks for a signature that the gateway does not make.
    package static let signatureUnavailable = ProblemType(
        400, "signature-unavailable", "The signature asked for cannot be made")
    /// The key that signed is not on the ledger, or not active.
    package static let keyNotActive = ProblemType(401, "key-not-active", "The signing key is not active on the ledger")
    /// The key that signed is not the TLS peer's nor of a unit of it.
    package static let keyNotOfPeer = ProblemType(
        403, "key-not-of-peer", "The signing key is not the connection's city's")
    /// The policies in force do not permit the exchange.
    package static let notPermitted = ProblemType(403, "not-permitted", "No policy permits this exchange")
    /// The path names nothing.
    package static let notFound = ProblemType(404, "not-found", "There is nothing at this path")
    /// The dataset is not on the ledger.
    package static let unknownDataset = ProblemType(404, "unknown-dataset", "The dataset is not on the ledger")
    /// There are actions at this path, but not by this method.
    package static let methodNotAllowed = ProblemType(
        405, "method-not-allowed", "The method is not allowed at this path")
    /// The request did not arrive in time.
    package static let requestTimeout = ProblemType(408, "request-timeout", "The request took too long to arrive")
    /// The content is larger than the gateway takes.
    package static let contentTooLarge = ProblemType(413, "content-too-large", "The content is too large")
    /// The request names an authority that is not this gateway's.
    package static let misdirected = ProblemType(421, "misdirected", "The request is for another authority")
    /// A policy's count for this window is used up.
    package static let quotaExceeded = ProblemType(429, "quota-exceeded", "A policy's quota is used up")
    /// The header is larger than the gateway takes.
    package static let headerTooLarge = ProblemType(431, "header-too-large", "The header is too large")
    /// Something failed that should not.
    package static let internalError = ProblemType(500, "internal-error", "The gateway failed")
    /// The provider's system could not be reached, or its identity not proven.
    package static let providerUnreachable = ProblemType(
        502, "provider-unreachable", "The provider's system is out of reach")
    /// The provider's system answered with something that cannot be passed on.
    package static let providerInvalid = ProblemType(502, "provider-invalid", "The provider's system answered badly")
    /// A duty could not be performed on what the provider's system answered.
    package static let dutyNotPerformed = ProblemType(
        502, "duty-not-performed", "A duty of the policy could not be performed")
    /// The gateway has as much to do as it takes on.
    package static let overloaded = ProblemType(503, "overloaded", "The gateway has too much to do")
    /// The gateway's own key is revoked or expired, or its operator suspended: nothing may be exchanged in its name.
    package static let gatewayNotActive = ProblemType(
        503, "gateway-not-active", "The gateway's key is not active on the ledger")
    /// The gateway's clock is behind the ledger's newest block, so that it cannot say what is over.
    package static let clockBehind = ProblemType(
        503, "clock-behind", "The gateway's clock is behind the ledger")
    /// Receipts cannot be written, so nothing may be exchanged.
    package static let receiptsUnavailable = ProblemType(503, "receipts-unavailable", "Receipts cannot be written")
    /// The gateway is stopping.
    package static let shuttingDown = ProblemType(503, "shutting-down", "The gateway is shutting down")
    /// The provider's system took too long.
    package static let providerTimeout = ProblemType(504, "provider-timeout", "The provider's system took too long")
    /// HTTP/1.0 or another version that is not spoken here.
    package static let versionNotSupported = ProblemType(
        505, "version-not-supported", "Only HTTP/1.1 and HTTP/2 are spoken")

    /// Every type, for the documentation's table and its test.
    package static let all: [ProblemType] = [
        .malformedRequest, .malformedTarget, .digestRequired, .digestMismatch, .signatureUnavailable,
        .signatureRequired, .signatureInvalid,
        .signatureExpired, .replayed, .keyNotActive, .keyNotOfPeer, .notPermitted, .notFound, .unknownDataset,
        .methodNotAllowed, .requestTimeout, .contentTooLarge, .misdirected, .quotaExceeded, .headerTooLarge,
        .internalError,
        .providerUnreachable,
        .providerInvalid, .dutyNotPerformed, .overloaded, .gatewayNotActive, .clockBehind,
        .receiptsUnavailable, .shuttingDown,
        .providerTimeout,
        .versionNotSupported,
    ]
}
