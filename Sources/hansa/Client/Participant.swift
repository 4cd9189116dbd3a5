import CityIdentity

/// A city's side of an exchange: its keys, and the gateway it goes through.
struct Participant: Sendable {
    let address: GatewayAddress
    let identity: ClientIdentity
    let signer: ExchangeSigner
    /// The gateway's own code, from the certificate that is trusted.
    let gatewayCode: IdentificationCode

    init(profile: Profile, exchangeKey: String?, tlsKey: String?) throws {
        let (keyName, key) = try profile.home.key(named: exchangeKey, for: [.exchange])
        let (tlsName, tls) = try profile.home.key(named: tlsKey, for: [.tls])
        let gateway = try KeyFile.text(profile.gatewayCertificate())
        address = try GatewayAddress(profile.gateway())
        identity = try ClientIdentity(
            certificate: KeyFile.text(profile.home.certificatePath(tlsName)), key: tls.pem, gateway: gateway)
        signer = ExchangeSigner(
            keyID: try KeyIdentifier(code: profile.code(), name: keyName), key: key, address: address)
        guard let code = try Self.code(of: gateway) else {
            throw CommandError(.input, "the gateway's certificate names no code")
        }
        gatewayCode = code
    }

    private static func code(of pem: String) throws -> IdentificationCode? {
        try CertificateFile.read(pem).first?.codes.first
    }
}
