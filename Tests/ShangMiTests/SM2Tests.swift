import Testing

@testable import ShangMi

struct SM2Tests {
    let message = Array("message digest".utf8)

    @Test func `a new key signs, and only its message under its identifier verifies`() throws {
        let key = try SM2.PrivateKey()
        let signature = try key.signature(for: message, id: "ALICE123@YAHOO.COM")
        #expect(signature.count == 64)
        #expect(key.publicKey.isValidSignature(raw: signature, for: message, id: "ALICE123@YAHOO.COM"))
        #expect(!key.publicKey.isValidSignature(raw: signature, for: message))
        #expect(!key.publicKey.isValidSignature(raw: signature, for: message + [0], id: "ALICE123@YAHOO.COM"))
        #expect(
            try !SM2.PrivateKey().publicKey.isValidSignature(raw: signature, for: message, id: "ALICE123@YAHOO.COM"))
        #expect(try SM2.PrivateKey().raw != key.raw)
    }

    @Test func `every changed bit of a signature is refused`() throws {
        let key = try SM2.PrivateKey()
        let signature = try key.signature(for: message)
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!key.publicKey.isValidSignature(raw: changed, for: message))
        }
    }

    @Test(arguments: [
        [], [UInt8](repeating: 0, count: 32), SM2.Curve.n, Array(SM2.Curve.orderMinusOne), [1], SM2.Curve.p,
    ])
    func `a private key out of range is refused`(_ raw: [UInt8]) {
        #expect(throws: ShangMiError.self) { try SM2.PrivateKey(raw: raw) }
    }

    @Test func `the smallest and the largest private key are taken`() throws {
        let largest = SM2.Curve.n.dropLast() + [SM2.Curve.n[31] - 2]
        for raw in [[UInt8](repeating: 0, count: 31) + [1], Array(largest)] {
            let key = try SM2.PrivateKey(raw: raw)
            #expect(try key.publicKey.isValidSignature(raw: key.signature(for: message), for: message))
        }
    }

    @Test func `a private key beside another's public key is refused`() throws {
        let (one, other) = (try SM2.PrivateKey(), try SM2.PrivateKey())
        let der = try PEM.decode(one.pem, label: "PRIVATE KEY").dropLast(65) + other.publicKey.x963
        let error = #expect(throws: ShangMiError.self) {
            try SM2.PrivateKey(pem: PEM.encode(Array(der), label: "PRIVATE KEY"))
        }
        #expect(error?.code == .invalidPrivateKey)
    }

    @Test func `an identifier that does not fit its count of bits neither signs nor verifies`() throws {
        let key = try SM2.PrivateKey()
        let id = String(repeating: "x", count: 8192)
        #expect(throws: ShangMiError.self) { try key.signature(for: message, id: id) }
        #expect(try !key.publicKey.isValidSignature(raw: key.signature(for: message), for: message, id: id))
        #expect(key.publicKey.za(id: String(id.dropLast())) != nil)
    }

    @Test(arguments: [
        "", "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nM!kw\n-----END PUBLIC KEY-----", String(repeating: "A", count: 10_000),
    ])
    func `text that is no key is refused`(_ text: String) {
        let publicError = #expect(throws: ShangMiError.self) { try SM2.PublicKey(pem: text) }
        #expect(publicError?.code == .invalidEncoding)
        let privateError = #expect(throws: ShangMiError.self) {
            try SM2.PrivateKey(pem: text.replacing("PUBLIC", with: "PRIVATE"))
        }
        #expect(privateError?.code == .invalidEncoding)
    }

    @Test func `no cut or changed PKCS#8 key is taken for another key`() throws {
        let key = try SM2.PrivateKey()
        let der = try PEM.decode(key.pem, label: "PRIVATE KEY")
        for count in 0..<der.count {
            let cut = PEM.encode(Array(der.prefix(count)), label: "PRIVATE KEY")
            #expect(throws: ShangMiError.self) { try SM2.PrivateKey(pem: cut) }
        }
        for index in der.indices {
            var changed = der
            changed[index] ^= 0x01
            let taken = try? SM2.PrivateKey(pem: PEM.encode(changed, label: "PRIVATE KEY"))
            #expect(taken == nil, "byte \(index)")
        }
    }

    @Test func `keys are used from many threads`() async throws {
        let key = try SM2.PrivateKey()
        let verified = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let text = Array("message \(number)".utf8)
                    return try key.publicKey.isValidSignature(raw: key.signature(for: text), for: text)
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(verified == 64)
    }
}
