package import CityIdentity
import Ledger

/// The ledger key that the other end of a TLS connection proved to hold.
package struct PeerKey: Hashable, Sendable {
    package let id: KeyIdentifier
    /// The first moment after the certificate's validity.
    package let notAfter: Timestamp

    package var code: IdentificationCode { self.id.code }
}

/// Why the other end of a TLS connection is not let in; said in the log and never to the peer, who sees an alert.
package enum PeerRefusal: String, Error, Hashable, Sendable, CaseIterable {
    case noCertificate = "no_certificate"
    case malformedCertificate = "malformed_certificate"
    case certificateNotValid = "certificate_not_valid"
    case unknownKey = "unknown_key"
    case keyNotActive = "key_not_active"
    case wrongCode = "wrong_code"
    case wrongProvider = "wrong_provider"

    /// What is the matter, about the other end.
    package var words: String {
        switch self {
        case .noCertificate: "it shows no certificate"
        case .malformedCertificate: "its certificate cannot be read"
        case .certificateNotValid: "its certificate is not valid now"
        case .unknownKey: "its certificate's key is not on the ledger"
        case .keyNotActive: "its key is not a `tls` key that is in use"
        case .wrongCode: "its certificate names another code than the ledger has for its key"
        case .wrongProvider: "its key is another city's"
        }
    }
}

/// Decides by the ledger alone who is at the other end of a connection: no certificate authority is asked.
enum PeerVerification {
    /// The key of a certificate, if the ledger has it for TLS and everything about it is in force at a moment.
    static func verify(certificate der: [UInt8], view: LedgerView, now: Timestamp) -> Result<PeerKey, PeerRefusal> {
        guard let certificate = try? TLSPeerCertificate(der: der) else { return .failure(.malformedCertificate) }
        guard certificate.isValid(at: now) else { return .failure(.certificateNotValid) }
        guard let record = view.key(spki: certificate.spki) else { return .failure(.unknownKey) }
        guard certificate.names(record.id.code) else { return .failure(.wrongCode) }
        let peer = PeerKey(id: record.id, notAfter: certificate.notAfter)
        return Self.isActive(peer, view: view, now: now) ? .success(peer) : .failure(.keyNotActive)
    }

    /// Whether a key that was let in once would be again.
    static func isActive(_ peer: PeerKey, view: LedgerView, now: Timestamp) -> Bool {
        now < peer.notAfter && view.activeKey(peer.id, for: .tls, at: now) != nil
    }
}
