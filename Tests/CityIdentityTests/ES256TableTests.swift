import CityIdentity
import Crypto
import Testing

@Suite struct ES256TableTests {
    @Test func `a table says of every signature what its key says`() throws {
        let key = try PrivateKey(generating: .es256)
        let table = try #require(ES256Table(key.publicKey))
        var generator = SystemRandomNumberGenerator()
        for size in 0..<200 {
            let message = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let signature = try key.sign(message)
            #expect(table.isValidSignature(signature, for: message))
            #expect(!table.isValidSignature(signature, for: message + [0]))
            var altered = signature
            altered[size % 64] ^= 1 << (size % 8)
            #expect(!table.isValidSignature(altered, for: message))
            let twin = Self.twin(of: signature)
            #expect(table.isValidSignature(twin, for: message) == key.publicKey.isValidSignature(twin, for: message))
        }
    }

    /// Keys whose multiples meet the generator's: sums that are doublings, or of a point and its opposite.
    @Test(arguments: [1, 2, 3, 255])
    func `keys beside the generator are like others`(scalar: UInt8) throws {
        for raw in [[UInt8](repeating: 0, count: 31) + [scalar], Self.subtracted(from: Self.order, scalar)] {
            let key = try P256.Signing.PrivateKey(rawRepresentation: raw)
            let publicKey = try PublicKey(.es256, rawRepresentation: Array(key.publicKey.rawRepresentation))
            let table = try #require(ES256Table(publicKey))
            for number in 0..<20 {
                let message = Array("message \(number)".utf8)
                let signature = Array(try key.signature(for: message).rawRepresentation)
                #expect(table.isValidSignature(signature, for: message))
                #expect(!table.isValidSignature(signature, for: [0]))
            }
        }
    }

    @Test func `numbers that no signature has are refused`() throws {
        let key = try PrivateKey(generating: .es256)
        let table = try #require(ES256Table(key.publicKey))
        let (r, s) = (try key.sign([1])[..<32], try key.sign([1])[32...])
        let zero = [UInt8](repeating: 0, count: 32)
        let largest = [UInt8](repeating: 0xFF, count: 32)
        for signature in [zero + s, r + zero, zero + zero, Self.order + s, r + Self.order, largest + s, r + largest] {
            #expect(!table.isValidSignature(Array(signature), for: [1]))
        }
        for length in [0, 1, 63, 65, 128] {
            #expect(!table.isValidSignature([UInt8](repeating: 1, count: length), for: [1]))
        }
    }

    @Test(arguments: [SignatureAlgorithm.eddsa, .sm2])
    func `other algorithms have no table`(algorithm: SignatureAlgorithm) throws {
        #expect(ES256Table(try PrivateKey(generating: algorithm).publicKey) == nil)
    }

    /// The order of P-256 (SP 800-186, section 3.2.1.3).
    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    private static func subtracted(from number: [UInt8], _ small: UInt8) -> [UInt8] {
        var result = number
        var borrow = Int(small)
        for index in result.indices.reversed() {
            let value = Int(result[index]) - borrow
            borrow = value < 0 ? 1 : 0
            result[index] = UInt8(truncatingIfNeeded: value)
        }
        return result
    }

    /// The other signature that holds where one does: s taken from the order.
    private static func twin(of signature: [UInt8]) -> [UInt8] {
        var result = signature
        var borrow = 0
        for index in (0..<32).reversed() {
            let value = Int(order[index]) - Int(signature[32 + index]) - borrow
            borrow = value < 0 ? 1 : 0
            result[32 + index] = UInt8(truncatingIfNeeded: value)
        }
        return result
    }
}
