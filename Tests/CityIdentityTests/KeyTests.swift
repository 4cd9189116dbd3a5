import BaseEncodings
import CityIdentity
import Crypto
import StrictJSON
import Testing

@Suite struct KeyTests {
    @Test(arguments: SignatureAlgorithm.allCases)
    func `a key survives each of its forms`(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(generating: algorithm)
        let again = try PrivateKey(pem: key.pem)
        #expect(again.publicKey == key.publicKey)
        let publicKey = key.publicKey
        #expect(try PublicKey(jwk: publicKey.jwk) == publicKey)
        #expect(try PublicKey(jwk: publicKey.jwk.bytes) == publicKey)
        #expect(try PublicKey(spki: publicKey.spki) == publicKey)
        #expect(try PublicKey(algorithm, rawRepresentation: publicKey.rawRepresentation) == publicKey)
        #expect(publicKey.algorithm == algorithm)
        #expect(publicKey.jwk["d"] == nil)
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `a signature holds for its message and key alone`(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(generating: algorithm)
        let message = Array("石家庄".utf8)
        let signature = try key.sign(message)
        #expect(signature.count == 64)
        #expect(key.publicKey.isValidSignature(signature, for: message))
        #expect(!key.publicKey.isValidSignature(signature, for: message + [0]))
        #expect(try !PrivateKey(generating: algorithm).publicKey.isValidSignature(signature, for: message))
        for index in [0, 31, 32, 63] {
            var altered = signature
            altered[index] ^= 1
            #expect(!key.publicKey.isValidSignature(altered, for: message))
        }
        for wrong in [[], [UInt8](repeating: 0, count: 64), Array(signature.dropLast()), signature + [0]] {
            #expect(!key.publicKey.isValidSignature(wrong, for: message))
        }
    }

    /// RFC 7517 appendix A.1 and RFC 7515 appendix A.3, RFC 8037 appendix A.
    @Test(arguments: [
        (
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
        (
            #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        ),
    ])
    func `signatures of the standards verify`(jwk: String, message: String, signature: String) throws {
        let key = try PublicKey(jwk: Array(jwk.utf8))
        #expect(key.isValidSignature(try #require(BaseEncoding.base64URL.decode(signature)), for: Array(message.utf8)))
    }

    @Test func `thumbprints are those of RFC 8037`() throws {
        let jwk = #"{"use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","crv":"Ed25519","kty":"OKP"}"#
        #expect(try PublicKey(jwk: Array(jwk.utf8)).thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    private static let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private static let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"

    @Test(arguments: [
        ("[]", "must be a JSON object"), ("", "not acceptable JSON"), ("{}", "is none of"),
        (#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, "is none of"), (#"{"kty":"EC","crv":"P-384"}"#, "is none of"),
        (#"{"kty":"OKP","crv":"P-256","x":"\#(x)","y":"\#(y)"}"#, "is none of"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)"}"#, "`y` must be 32 bytes"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)","y":7}"#, "`y` must be 32 bytes"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)=","y":"\#(y)"}"#, "`x` must be 32 bytes"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)AA","y":"\#(y)"}"#, "`x` must be 32 bytes"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(y)","y":"\#(x)"}"#, "no ES256 public key"),
        (#"{"kty":"EC","crv":"SM2","x":"\#(x)","y":"\#(y)"}"#, "no SM2 public key"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)","d":"\#(x)"}"#, "holds the private key"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)","alg":"ES384"}"#, "`alg` is not `ES256`"),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)","x":"\#(x)","y":"\#(y)"}"#, "not acceptable JSON"),
        (#"{"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#, "small order"),
        (#"{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA"}"#, "small order"),
        (#"{"kty":"OKP","crv":"Ed25519","x":"7P________________________________________8"}"#, "small order"),
    ])
    func `what is no public key is refused with the reason`(jwk: String, reason: String) {
        let error = #expect(throws: IdentityError.self) { try PublicKey(jwk: Array(jwk.utf8)) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func `a point at infinity or off the curve is no key`() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let length = algorithm == .eddsa ? 32 : 64
            #expect(throws: IdentityError.self) { try PublicKey(algorithm, rawRepresentation: []) }
            #expect(throws: IdentityError.self) {
                try PublicKey(algorithm, rawRepresentation: [UInt8](repeating: 0, count: length))
            }
        }
        let spki = try PrivateKey(generating: .es256).publicKey.spki
        for wrong in [Array(spki.dropLast()), spki + [0], [], [0x30]] {
            #expect(throws: IdentityError.self) { try PublicKey(spki: wrong) }
        }
    }

    @Test(arguments: [
        "", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----",
    ])
    func `what is no private key is refused`(pem: String) {
        #expect(throws: IdentityError.self) { try PrivateKey(pem: pem) }
    }

    @Test func `an X25519 or P-384 key is refused as of another kind`() {
        expectRefusal(.unsupportedAlgorithm, naming: "none of P-256") {
            _ = try PrivateKey(pem: P384.Signing.PrivateKey().pemRepresentation)
        }
    }

    @Test(
        .enabled(if: Tool.openssl != nil, "openssl is not installed"),
        arguments: [
            (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], SignatureAlgorithm.es256),
            (["-algorithm", "ed25519"], .eddsa), (["-algorithm", "SM2"], .sm2),
        ])
    func `keys of openssl are read and ours by it`(arguments: [String], algorithm: SignatureAlgorithm) throws {
        let openssl = try #require(Tool.openssl)
        let pem = try openssl.run(["genpkey"] + arguments).output
        let key = try PrivateKey(pem: pem)
        #expect(key.algorithm == algorithm)
        let theirs = try openssl.run(["pkey", "-pubout"], input: pem)
        let ours = try openssl.run(["pkey", "-pubout"], input: key.pem)
        #expect(ours.status == 0 && ours.output == theirs.output)
        let body = theirs.output.split(separator: "\n").dropFirst().dropLast().joined()
        let standard = body.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        #expect(BaseEncoding.base64URL.decode(standard) == key.publicKey.spki)
    }
}
