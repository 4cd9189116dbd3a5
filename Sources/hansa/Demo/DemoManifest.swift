import BaseEncodings
import CityIdentity
import Foundation
import MessageSignatures
import StrictJSON
import TransparencyLog

extension DemoNetwork {
    /// Writes `demo.json`: everything another client needs to take part.
    func writeManifest() async throws {
        let profile = try await Profile(home: place.node, flags: [:], environment: [:])
        let certificate = place.node.certificatePath("tls-1")
        let pins = try CertificateFile.read(InputFile.text(certificate)).map {
            JSONValue(BaseEncoding.base64.encode($0.spki))
        }
        let value: JSONValue = [
            "network": JSONValue(Self.name), "genesis": JSONValue(try profile.genesis()?.hex ?? ""),
            "ledgerKey": JSONValue(try profile.requiredLedgerKey()),
            "exchange": [
                "url": JSONValue(exchangeURL), "certificate": JSONValue(certificate), "publicKeys": JSONValue(pins),
            ],
            "public": ["url": JSONValue(publicURL)],
            "gateway": [
                "code": JSONValue(Self.operatorCode), "directory": JSONValue(place.node.directory),
                "process": JSONValue(gateway.map { Int($0.identifier) } ?? 0),
            ],
            "cities": JSONValue(try DemoCity.all.map(manifest)),
        ]
        let text = value.indentedText + "\n"
        try OutputFile.write(text.utf8, to: place.manifest)
    }

    private func manifest(_ city: DemoCity) throws -> JSONValue {
        let home = place.home(city.directory)
        let signing = try home.keyNames(for: .exchange).map { name -> JSONValue in
            let key = try KeyFile.read(home.keyPath(name))
            return [
                "keyId": JSONValue("\(city.code)#\(name)"), "algorithm": JSONValue(key.algorithm.rawValue),
                "httpAlgorithm": JSONValue(key.algorithm.forMessages.name), "key": JSONValue(home.keyPath(name)),
            ]
        }
        return [
            "code": JSONValue(city.code), "name": JSONValue(city.english), "home": JSONValue(home.directory),
            "certificate": JSONValue(home.certificatePath("tls-1")), "key": JSONValue(home.keyPath("tls-1")),
            "tlsKeyId": JSONValue("\(city.code)#tls-1"), "signingKeys": JSONValue(signing),
            "datasets": [
                [
                    "id": JSONValue(city.identifier), "origin": JSONValue(origin(of: city)),
                    "exchange": JSONValue("\(exchangeURL)/exchange/\(city.identifier)/"),
                ]
            ],
        ]
    }
}
