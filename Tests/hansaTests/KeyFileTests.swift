import CityIdentity
import Foundation
import Testing

@testable import hansa

@Suite struct KeyFileTests {
    private let home: Home

    init() throws {
        home = Home(NSTemporaryDirectory() + "hansa-\(UUID().uuidString)")
        try home.create()
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func writtenKeyReadsBackAndIsPrivate(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(generating: algorithm)
        let name = try KeyGenerate.write(key, for: .exchange, to: home)
        let path = home.keyPath(name)
        #expect(try KeyFile.read(path).publicKey == key.publicKey)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func keysAreNumberedAndFoundByPurpose() throws {
        for purpose in [KeyPurpose.policy, .policy, .tls] {
            _ = try KeyGenerate.write(try PrivateKey(generating: .es256), for: purpose, to: home)
        }
        #expect(home.keyNames(for: .policy) == ["policy-1", "policy-2"])
        #expect(try home.key(named: nil, for: [.registry, .tls]).name == "tls-1")
        #expect(try home.key(named: "policy-2", for: [.tls]).name == "policy-2")
    }

    @Test func missingKeySaysHowToMakeOne() throws {
        let error = #expect(throws: CommandError.self) { try home.key(named: nil, for: [.registry]) }
        #expect(error?.status == .input)
        #expect(error?.advice?.contains("hansa key generate") == true)
    }

    @Test(arguments: [0o604, 0o640, 0o644, 0o660])
    func keyThatOthersMayReadIsRefused(mode: Int) throws {
        let name = try KeyGenerate.write(try PrivateKey(generating: .es256), for: .tls, to: home)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: home.keyPath(name))
        let error = #expect(throws: CommandError.self) { try KeyFile.read(home.keyPath(name)) }
        #expect(error?.status == .permission)
        #expect(error?.advice == "run `chmod 600 \(home.keyPath(name))`")
    }

    @Test func keysAreNeverOverwritten() throws {
        try KeyFile.write("first", to: home.keyPath("tls-1"))
        let error = #expect(throws: CommandError.self) { try KeyFile.write("second", to: home.keyPath("tls-1")) }
        #expect(error?.status == .permission)
        #expect(try InputFile.text(home.keyPath("tls-1")) == "first")
    }

    @Test(arguments: ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func whatIsNoKeyIsRefused(text: String) throws {
        try KeyFile.write(text, to: home.keyPath("bad"))
        let error = #expect(throws: CommandError.self) { try KeyFile.read(home.keyPath("bad")) }
        #expect(error?.status == .input)
    }
}
