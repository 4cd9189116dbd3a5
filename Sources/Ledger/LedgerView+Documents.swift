package import CityIdentity
internal import TransparencyLog

extension LedgerView {
    /// The DID document of a code; `nil` for one that was never registered.
    package func didDocument(of code: IdentificationCode, at time: Timestamp) -> DIDDocument? {
        guard let record = identity(code) else { return nil }
        let services = record.profile.endpoint.map {
            [DIDDocument.Service(name: "gateway", type: "HansaGateway", endpoint: $0)]
        }
        return DIDDocument(
            code: code, below: superiors(of: code).first, keys: keys(of: code), services: services ?? [],
            isActive: isActive(code), time: time)
    }
}
