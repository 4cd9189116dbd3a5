import Foundation
import MessageSignatures
import Relay
import Testing

/// A signed request that somebody changed on its way, as bytes: what the signature covers holds it together.
@Suite(.serialized) struct AlteredRequestTests {
    private static let covered = ["@method", "@target-uri", "exchange-purpose", "x-city"]

    /// A request whose signature covers two lines of one field.
    private static func text(_ client: TestClient, _ change: (inout TestClient.Request) -> Void = { _ in }) throws
        -> String
    {
        var request = TestClient.Request(World.path("open", "hello")) {
            $0.fields = [("X-City", "first"), ("X-City", "second")]
            $0.components = Self.covered
        }
        change(&request)
        return try client.text(request, adding: "Connection: close")
    }

    private static func status(_ world: World, _ text: String) async throws -> (Int?, String) {
        let (answer, _) = try await world.rawClient().exchange(text, for: .seconds(20))
        return (answer.split(separator: " ").dropFirst().first.flatMap { Int($0) }, answer)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: Int
        let change: @Sendable (String) -> String

        init(_ name: String, _ status: Int, _ change: @escaping @Sendable (String) -> String) {
            (self.testDescription, self.status, self.change) = (name, status, change)
        }
    }

    static let cases: [Case] = [
        Case("as it was", 200) { $0 },
        // RFC 9421, section 2.1: lines of one name are one value, and mean the same (RFC 9110, section 5.3).
        Case("lines merged", 200) {
            $0.replacing("X-City: first\r\nX-City: second\r\n", with: "X-City: first, second\r\n")
        },
        Case("another case of the name, another field between", 200) {
            $0.replacing("X-City: second\r\n", with: "X-Other: a\r\nx-cITY: second\r\n")
        },
        Case("a field that is not covered", 200) { $0.replacing("X-City: first", with: "X-Other: a\r\nX-City: first") },
        Case("lines in another order", 401) {
            $0.replacing("X-City: first\r\nX-City: second\r\n", with: "X-City: second\r\nX-City: first\r\n")
        },
        Case("lines merged without a space", 401) {
            $0.replacing("X-City: first\r\nX-City: second\r\n", with: "X-City: first,second\r\n")
        },
        Case("a line more", 401) { $0.replacing("X-City: second", with: "X-City: second\r\nX-City: third") },
        Case("an empty line more", 401) { $0.replacing("X-City: second", with: "X-City: second\r\nX-City:") },
        Case("a line less", 401) { $0.replacing("X-City: second\r\n", with: "") },
        Case("no line", 401) { $0.replacing("X-City: first\r\nX-City: second\r\n", with: "") },
        Case("another value", 401) { $0.replacing("X-City: first", with: "X-City: First") },
        Case("another purpose", 401) { $0.replacing("Exchange-Purpose: environ", with: "Exchange-Purpose: Environ") },
        Case("two purposes", 400) {
            $0.replacing("X-City: first", with: "Exchange-Purpose: environmental-research\r\nX-City: first")
        },
        Case("another method", 401) { $0.replacing("GET /", with: "HEAD /") },
        Case("another path", 401) { $0.replacing("/hello HTTP", with: "/hullo HTTP") },
        Case("a query more", 401) { $0.replacing("/hello HTTP", with: "/hello? HTTP") },
        Case("the same path, escaped", 401) { $0.replacing("/hello HTTP", with: "/hell%6F HTTP") },
        Case("longer life", 401) { $0.replacing(";created=1", with: ";created=2") },
        Case("another nonce", 401) { $0.replacing("nonce=\"", with: "nonce=\"a") },
        Case("another order of parameters", 401) {
            $0.replacing(/(;keyid="[^"]*")(;tag="[^"]*")/) { "\($0.output.2)\($0.output.1)" }
        },
        Case("another label, of the input alone", 401) {
            $0.replacing("Signature-Input: hansa=", with: "Signature-Input: h=")
        },
        Case("another label", 200) {
            $0.replacing("Signature-Input: hansa=", with: "Signature-Input: h=")
                .replacing("Signature: hansa=", with: "Signature: h=")
        },
        Case("covered components in another order", 401) {
            $0.replacing("(\"@method\" \"@target-uri\"", with: "(\"@target-uri\" \"@method\"")
        },
        Case("a component less", 401) { $0.replacing(" \"x-city\")", with: ")") },
        Case("a component twice", 401) { $0.replacing(" \"x-city\")", with: " \"x-city\" \"x-city\")") },
        Case("a component of the related request", 401) { $0.replacing("\"@method\"", with: "\"@method\";req") },
        Case("a component read as a structured field", 401) { $0.replacing("\"x-city\")", with: "\"x-city\";sf)") },
        Case("a component of the trailer", 401) { $0.replacing("\"x-city\")", with: "\"x-city\";tr)") },
        Case("a component that is in upper case", 401) { $0.replacing("\"x-city\")", with: "\"X-City\")") },
        Case("a component that nobody knows", 401) { $0.replacing("\"x-city\")", with: "\"@city\")") },
        Case("a signature more, of the same tag", 401) {
            $0.replacing(/Signature-Input: hansa=(.*)\r\n/) { "\($0.output.0)Signature-Input: b=\($0.output.1)\r\n" }
                .replacing(/Signature: hansa=(.*)\r\n/) { "\($0.output.0)Signature: b=\($0.output.1)\r\n" }
        },
        Case("the same label twice", 401) {
            $0.replacing(/Signature: hansa=(.*)\r\n/) { "\($0.output.0)Signature: hansa=:AAAA:\r\n" }
        },
        Case("no signature's value", 401) {
            $0.replacing(/Signature: hansa=:.*:\r\n/) { _ in "Signature: hansa=::\r\n" }
        },
        Case("a signature that is no byte sequence", 401) {
            $0.replacing(/Signature: hansa=:.*:\r\n/) { _ in "Signature: hansa=\"AAAA\"\r\n" }
        },
        Case("nothing but zeros for a signature", 401) {
            $0.replacing(/Signature: hansa=:.*:\r\n/) { _ in
                "Signature: hansa=:\(Data(repeating: 0, count: 64).base64EncodedString()):\r\n"
            }
        },
    ]

    @Test func areRefusedWhereTheSignatureCoversTheChange() async throws {
        try await World.with { world in
            try await world.withClient { client in
                for altered in Self.cases {
                    let (status, answer) = try await Self.status(world, altered.change(Self.text(client)))
                    #expect(status == altered.status, "\(altered.testDescription): \(answer)")
                }
            }
            #expect(world.origin.observed.heads.count == Self.cases.count { $0.status == 200 })
        }
    }

    /// The ledger says what a key's algorithm is; `alg` may only agree, and decides nothing.
    @Test(arguments: ["exchange", "exchange-2"]) func theAlgorithmIsTheLedgersToSay(key: String) async throws {
        let own = key == "exchange" ? "ecdsa-p256-sha256" : "ed25519"
        try await World.with { world in
            try await world.withClient { client in
                let algorithms = [
                    "ecdsa-p256-sha256", "ed25519", "sm2-sm3", "hmac-sha256", "rsa-pss-sha512", "rsa-v1_5-sha256",
                    "ecdsa-p384-sha384", "none", "", "\(own) ", own.uppercased(),
                ]
                for algorithm in algorithms where algorithm != own {
                    let text = try Self.text(client) {
                        $0.keyID = "\(TestNetwork.consumer)#\(key)"
                        $0.algorithm = key == "exchange" ? .ecdsaP256SHA256 : .ed25519
                    }
                    let (status, answer) = try await Self.status(
                        world, text.replacing("alg=\"\(own)\"", with: "alg=\"\(algorithm)\""))
                    #expect(status == 401, "\(algorithm): \(answer)")
                    #expect(answer.contains("urn:hansa:problem:signature-invalid"), "\(algorithm): \(answer)")
                }
                // A signature of the other kind is as long, and does not verify under this key.
                let other = key == "exchange" ? "exchange-2" : "exchange"
                let refused = try await client.get(World.path("open", "hello")) {
                    $0.keyID = "\(TestNetwork.consumer)#\(key)"
                    $0.signingKeyID = "\(TestNetwork.consumer)#\(other)"
                }
                #expect(refused.status == 401)
                #expect(refused.text.contains("the signature does not verify"), Comment(rawValue: refused.text))
                let (status, answer) = try await Self.status(
                    world, Self.text(client) { $0.keyID = "\(TestNetwork.consumer)#\(key)" })
                #expect(status == 200, Comment(rawValue: answer))
            }
            #expect(world.origin.observed.heads.count == 1)
        }
    }
}
