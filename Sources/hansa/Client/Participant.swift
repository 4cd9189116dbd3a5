import CityIdentity

/// A city's side of an exchange: its keys, and the gateway it goes through.
struct Participant: Sendable {
    let address: GatewayAddress
    let identity: ClientIdentity
    let signer: ExchangeSigner
    /// The gateway's own code, from the certificate that is trusted.
    let gatewayCode: IdentificationCode

    /// - Parameters:
    ///   - exchangeKey: The name of the key that signs, instead of the first that is in use.
    ///   - tlsKey: The name of the key for TLS, likewise.
    init(profile: Profile, exchangeKey: String?, tlsKey: String?) async throws {
        let code = try profile.code()
        let home = profile.home
        let (exchange, tls) = try await NodeClient.with(try profile.node()) { node in
            let exchange = try await home.key(named: exchangeKey, for: [.exchange], of: code, node: node)
            return (exchange, try await home.key(named: tlsKey, for: [.tls], of: code, node: node))
        }
        let gateway = try InputFile.text(profile.gatewayCertificate())
        address = try GatewayAddress(profile.gateway())
        identity = try ClientIdentity(
            certificate: InputFile.text(profile.home.certificatePath(tls.name)), key: tls.key.pem, gateway: gateway)
        signer = ExchangeSigner(
            keyID: try KeyIdentifier(code: code, name: exchange.name), key: exchange.key, address: address)
        guard let operatorCode = try Self.code(of: gateway) else {
            throw CommandError(.input, "the gateway's certificate names no code")
        }
        gatewayCode = operatorCode
    }

    private static func code(of pem: String) throws -> IdentificationCode? {
        try CertificateFile.read(pem).first?.codes.first
    }
}
