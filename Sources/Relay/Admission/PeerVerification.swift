import CityIdentity
import Ledger

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
