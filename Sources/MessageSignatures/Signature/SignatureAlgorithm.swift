/// How a signature is made (RFC 9421 section 3.3), named as in the IANA registry of section 6.2.
public struct SignatureAlgorithm: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String, CaseIterable {
        case rsaPSSSHA512 = "rsa-pss-sha512"
        case rsaV15SHA256 = "rsa-v1_5-sha256"
        case hmacSHA256 = "hmac-sha256"
        case ecdsaP256SHA256 = "ecdsa-p256-sha256"
        case ecdsaP384SHA384 = "ecdsa-p384-sha384"
        case ed25519 = "ed25519"
        case sm2SM3 = "sm2-sm3"
    }

    private let value: Value

    private init(_ value: Value) { self.value = value }

    /// RSASSA-PSS with SHA-512 and a salt of 64 bytes (section 3.3.1).
    public static let rsaPSSSHA512 = Self(.rsaPSSSHA512)
    /// RSASSA-PKCS1-v1_5 with SHA-256 (section 3.3.2).
    public static let rsaV15SHA256 = Self(.rsaV15SHA256)
    /// HMAC with SHA-256 (section 3.3.3).
    public static let hmacSHA256 = Self(.hmacSHA256)
    /// ECDSA on P-256 with SHA-256, r ‖ s (section 3.3.4).
    public static let ecdsaP256SHA256 = Self(.ecdsaP256SHA256)
    /// ECDSA on P-384 with SHA-384, r ‖ s (section 3.3.5).
    public static let ecdsaP384SHA384 = Self(.ecdsaP384SHA384)
    /// Ed25519 (section 3.3.6).
    public static let ed25519 = Self(.ed25519)
    /// SM2 with SM3 (GB/T 32918.2, GB/T 32905), r ‖ s, under the default identifier `1234567812345678`.
    ///
    /// Not in the IANA registry: the name is this library's own.
    public static let sm2SM3 = Self(.sm2SM3)

    /// Every algorithm there is here.
    public static let all = Set(Value.allCases.map { Self($0) })
    /// Those with a key pair and no known weakness; what a policy allows unless told otherwise.
    public static let recommended: Set<Self> = [rsaPSSSHA512, ecdsaP256SHA256, ecdsaP384SHA384, ed25519, sm2SM3]

    /// The algorithm of that name; nil for one that is not known here.
    public init?(name: String) {
        guard let value = Value(rawValue: name) else { return nil }
        self.init(value)
    }

    /// The name as it stands in `alg`.
    public var name: String { value.rawValue }

    /// The name.
    public var description: String { name }

    /// Bytes in a signature; nil where that depends on the key.
    public var signatureLength: Int? {
        switch value {
        case .rsaPSSSHA512, .rsaV15SHA256: nil
        case .hmacSHA256: 32
        case .ecdsaP256SHA256, .ed25519, .sm2SM3: 64
        case .ecdsaP384SHA384: 96
        }
    }
}
