import BaseEncodings
import CityIdentity
import StrictJSON
import Testing

@Suite struct CompactJWSTests {
    static let keyID = "MA.156.1301#exchange-1"

    private static func sign(_ key: PrivateKey, payload: [UInt8] = Array("{}".utf8)) throws -> [UInt8] {
        try CompactJWS.sign(payload: payload, key: key, keyID: try KeyIdentifier(keyID), type: "hansa-test+jws")
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `what is signed is read and verified`(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(generating: algorithm)
        let payload = Array(#"{"city":"石家庄", "n": 1.0}"#.utf8)
        let bytes = try Self.sign(key, payload: payload)
        let jws = try CompactJWS(parsing: bytes)
        #expect(jws.payload == payload)
        #expect(jws.algorithm == algorithm)
        #expect(jws.keyID.description == Self.keyID)
        #expect(jws.type == "hansa-test+jws")
        #expect(jws.bytes == bytes)
        #expect(jws.verify(with: key.publicKey))
        for other in SignatureAlgorithm.allCases {
            #expect(try !jws.verify(with: PrivateKey(generating: other).publicKey))
        }
    }

    @Test func `no altered byte verifies`() throws {
        let key = try PrivateKey(generating: .es256)
        let bytes = try Self.sign(key)
        for index in bytes.indices {
            var altered = bytes
            altered[index] = altered[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let verifies = (try? CompactJWS(parsing: altered))?.verify(with: key.publicKey) ?? false
            #expect(!verifies, "byte \(index)")
        }
    }

    private static let head = #"{"alg":"ES256","kid":"MA.156.1301#k","typ":"t"}"#
    private static let signature = String(repeating: "A", count: 86)

    @Test(arguments: [
        ("", "three parts"), ("a", "three parts"), ("a.b", "three parts"), ("a.b.c.d", "three parts"),
        ("!.e30.\(signature)", "header is not in base64url"), ("e30=.e30.\(signature)", "header is not in base64url"),
        ("e31.e30.\(signature)", "header is not in base64url"), (".e30.\(signature)", "not acceptable JSON"),
        ("\(encoded(head)).e31.\(signature)", "payload is not in base64url"),
        ("\(encoded(head)).e30.\(signature)AAA", "signature is not in base64url"),
        ("\(encoded(head)).e30.", "64 bytes"), ("\(encoded(head)).e30.AAAA", "64 bytes"),
        ("\(encoded("[]")).e30.\(signature)", "must be a JSON object"),
        ("\(encoded("{}")).e30.\(signature)", "must have `alg`"),
        ("\(encoded(#"{"alg":"none","kid":"MA.156.1301#k","typ":"t"}"#)).e30.\(signature)", "`none` is none of"),
        ("\(encoded(#"{"alg":"HS256","kid":"MA.156.1301#k","typ":"t"}"#)).e30.\(signature)", "`HS256` is none of"),
        (
            "\(encoded(#"{"alg":"ES256","alg":"ES256","kid":"MA.156.1301#k","typ":"t"}"#)).e30.\(signature)",
            "not acceptable JSON"
        ),
        (
            "\(encoded(#"{"alg":"ES256","kid":"MA.156.1301#k","typ":"t","crit":["b64"],"b64":false}"#)).e30.\(signature)",
            "`crit`"
        ),
        ("\(encoded(#"{"alg":"ES256","kid":"MA.156.1301#k","typ":"t","b64":false}"#)).e30.\(signature)", "`b64`"),
        ("\(encoded(#"{"alg":"ES256","typ":"t"}"#)).e30.\(signature)", "must have `kid`"),
        ("\(encoded(#"{"alg":"ES256","kid":"k","typ":"t"}"#)).e30.\(signature)", "names no key"),
        ("\(encoded(#"{"alg":"ES256","kid":"MA.156.1301#k"}"#)).e30.\(signature)", "must have `typ`"),
        ("\(encoded(head)).\(String(repeating: "A", count: 65_536)).\(signature)", "longer than"),
    ])
    func `malformed serialisations are refused with the reason`(text: String, reason: String) {
        let error = #expect(throws: IdentityError.self) { try CompactJWS(parsing: Array(text.utf8)) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    private static func encoded(_ text: String) -> String { BaseEncoding.base64URL.encode(text.utf8) }

    @Test func `a statement too long for the ledger is not signed`() throws {
        let key = try PrivateKey(generating: .eddsa)
        expectRefusal(.doesNotFit, naming: "longer than") {
            _ = try Self.sign(key, payload: [UInt8](repeating: 0, count: 50_000))
        }
    }

    @Test(
        .enabled(if: Tool.python(with: "joserfc") != nil, "python3 with joserfc is not installed"),
        arguments: [SignatureAlgorithm.es256, .eddsa])
    func `joserfc verifies ours and we verify joserfc's`(algorithm: SignatureAlgorithm) throws {
        let python = try #require(Tool.python(with: "joserfc"))
        let key = try PrivateKey(generating: algorithm)
        let script = """
            import sys, json
            from joserfc import jws
            from joserfc.jwk import import_key
            token, jwk, pem = json.load(sys.stdin)
            public = import_key(jwk)
            read = jws.deserialize_compact(token, public, algorithms=["ES256", "EdDSA"])
            assert read.payload == "石".encode(), read.payload
            header = {"typ": "hansa-test+jws", "kid": "\(Self.keyID)", "alg": "\(algorithm.rawValue)"}
            private = import_key(pem, jwk["kty"])
            print(jws.serialize_compact(header, "界".encode(), private, algorithms=["ES256", "EdDSA"]), end="")
            """
        let token = String(decoding: try Self.sign(key, payload: Array("石".utf8)), as: UTF8.self)
        let input: JSONValue = [JSONValue(token), key.publicKey.jwk, JSONValue(key.pem)]
        let outcome = try python.run(["-W", "ignore", "-c", script], input: input.text)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let theirs = try CompactJWS(parsing: Array(outcome.output.utf8))
        #expect(theirs.verify(with: key.publicKey))
        #expect(theirs.payload == Array("界".utf8))
    }
}
