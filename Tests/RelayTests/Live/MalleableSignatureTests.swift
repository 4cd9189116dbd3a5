import AsyncHTTPClient
import CityIdentity
import Foundation
import Ledger
import NIOHTTP1
import Relay
import Testing

/// Whoever sees an ECDSA signature (r, s) can write (r, n − s), which verifies as well: it gains nothing by it.
@Suite(.serialized) struct MalleableSignatureTests {
    /// The order n of P-256 (SEC 2, section 2.4.2).
    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6,
        0xFA,
        0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// The other form of a signature, 32 bytes each of r and s.
    private static func other(_ signature: Data) throws -> Data {
        let bytes = Array(signature)
        try #require(bytes.count == 64)
        var difference = [UInt8](repeating: 0, count: 32)
        var borrow = 0
        for index in (0..<32).reversed() {
            let value = Int(Self.order[index]) - Int(bytes[32 + index]) - borrow
            borrow = value < 0 ? 1 : 0
            difference[index] = UInt8(value & 0xFF)
        }
        return Data(bytes[..<32] + difference)
    }

    /// A compact JWS (RFC 7515, section 7.1) with the other form of its signature.
    private static func other(_ jws: [UInt8]) throws -> [UInt8] {
        let parts = String(decoding: jws, as: UTF8.self).split(separator: ".")
        try #require(parts.count == 3)
        let text = parts[2].replacing("-", with: "+").replacing("_", with: "/")
        let signature = try #require(
            Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)))
        let other = try Self.other(signature).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        return Array("\(parts[0]).\(parts[1]).\(other.filter { $0 != "=" })".utf8)
    }

    /// A transaction counts once, in whichever of the two forms it comes first: its sequence number is used up.
    @Test(arguments: [false, true]) func aTransactionCountsOnce(otherFormFirst: Bool) async throws {
        try await World.with { world in
            let network = world.network
            let signer = try KeyIdentifier("\(TestNetwork.consumer)#registry")
            let revoked = try KeyIdentifier("\(TestNetwork.consumer)#tls-2")
            let transaction = Transaction(
                network: TestNetwork.name, signer: signer, sequence: network.ledger.view.nextSequence(signer),
                time: .now(),
                body: .keyRevoke(KeyRevocation(key: revoked, reason: "test")))
            let signed = try transaction.signed(by: network.key(signer.description))
            let forms = otherFormFirst ? [try Self.other(signed), signed] : [signed, try Self.other(signed)]
            #expect(forms[0] != forms[1])
            #expect(try await network.ledger.submit(forms[0]).outcome == .applied)
            let height = network.ledger.view.height
            for form in forms {
                let error = await #expect(throws: LedgerError.self) { try await network.ledger.submit(form) }
                #expect(error?.code == .wrongSequence)
            }
            #expect(network.ledger.view.height == height)
        }
    }

    /// A request is known by its nonce, not by its signature.
    @Test func aRequestIsReplayedInEitherForm() async throws {
        try await World.with { world in
            try await world.withClient { client in
                let request = try client.signed(.init(World.path("open", "hello")))
                #expect(try await client.send(request).status == 200)
                let value = try #require(request.headers.first(name: "Signature"))
                let parts = value.split(separator: ":")
                var other = request
                let signature = try Self.other(try #require(Data(base64Encoded: String(parts[1]))))
                other.headers.replaceOrAdd(
                    name: "Signature", value: "\(parts[0]):\(signature.base64EncodedString()):")
                let refused = try await client.send(other)
                #expect(refused.status == 401)
                #expect(refused.text.contains("urn:hansa:problem:replayed"), Comment(rawValue: refused.text))
            }
            #expect(world.origin.observed.heads.count == 1)
        }
    }
}
