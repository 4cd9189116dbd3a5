package import CityIdentity

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
