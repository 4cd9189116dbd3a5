import BaseEncodings
import CityIdentity
import Foundation
import MessageSignatures
import StrictJSON

extension DemoNetwork {
    /// Writes `demo.json`: everything another client needs to take part.
    func writeManifest() async throws {
        let profile = try await Profile(home: place.node, flags: [:], environment: [:])
        let certificate = place.node.certificatePath("tls-1")
        let pins = try CertificateFile.read(KeyFile.text(certificate)).map {
            JSONValue(BaseEncoding.base64.encode($0.spki))
        }
        let value: JSONValue = [
            "network": JSONValue(Self.name), "ledgerKey": JSONValue(try profile.requiredLedgerKey()),
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
        let text = Self.pretty(value) + "\n"
        do {
            try text.write(toFile: place.manifest, atomically: true, encoding: .utf8)
        } catch {
            throw CommandError(.failure, "cannot write `\(place.manifest)`", cause: error)
        }
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

    /// JSON over several lines.
    private static func pretty(_ value: JSONValue, depth: Int = 0) -> String {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch value {
        case .object(let object) where !object.isEmpty:
            let lines = object.members.map { member in
                "\(inner)\(String(decoding: JSONValue(member.name).bytes, as: UTF8.self)): \(pretty(member.value, depth: depth + 1))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        case .array(let values) where !values.isEmpty:
            return "[\n" + values.map { inner + pretty($0, depth: depth + 1) }.joined(separator: ",\n") + "\n\(outer)]"
        default: return String(decoding: value.bytes, as: UTF8.self)
        }
    }
}
