import BaseEncodings

extension CityCode {
    /// The statement as text: scheme, code, and the body with its signature in base32.
    package var text: String { "\(Self.scheme)\(code):\(BaseEncoding.base32.encode(body + signature))" }

    /// Reads a statement from its text, white space around it aside; nothing is verified.
    ///
    /// Throws ``IdentityError`` of code `malformedCityCode`, or as parsing a code and a key name does.
    package init(text: String) throws(IdentityError) {
        let bytes = text.utf8.count <= 2048 ? Self.trimmed(text) : []
        guard bytes.count <= 1024, bytes.starts(with: Self.scheme.utf8) else {
            throw IdentityError(
                .malformedCityCode, "a city code begins with `\(Self.scheme)` and is at most 1024 characters")
        }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, let binary = BaseEncoding.base32.decode(parts[2]) else {
            throw IdentityError(
                .malformedCityCode, "a city code is `\(Self.scheme)`, a code, `:` and base32, and this is not")
        }
        let code = try IdentificationCode(String(decoding: parts[1], as: UTF8.self))
        var reader = BodyReader(bytes: binary)
        guard let statement = try reader.statement(of: code) else {
            throw IdentityError(
                .malformedCityCode, "the city code is cut short, altered or of a version not known here")
        }
        self = statement
    }

    private static func trimmed(_ text: String) -> ArraySlice<UInt8> {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        var bytes = Array(text.utf8)[...]
        bytes = bytes.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    /// What is signed: a line that nothing else signed begins with, the code, and the body.
    var signedBytes: [UInt8] { Array("hansa-city-code/v1\n\(code)\n".utf8) + body }

    /// Version, algorithm, times in seconds, fingerprint, key name and network, the last two after their length.
    private var body: [UInt8] {
        var body: [UInt8] = [Self.version, Self.number(of: algorithm)]
        for time in [issuedAt, expiresAt] {
            for shift in stride(from: 32, through: 0, by: -8) { body.append(UInt8(time.seconds >> Int64(shift) & 255)) }
        }
        body += keyFingerprint
        for text in [keyID.name, network] {
            body.append(UInt8(text.utf8.count))
            body += text.utf8
        }
        return body
    }

    fileprivate static let version: UInt8 = 1

    private static func number(of algorithm: SignatureAlgorithm) -> UInt8 {
        switch algorithm {
        case .es256: 1
        case .eddsa: 2
        case .sm2: 3
        }
    }

    fileprivate static func algorithm(numbered number: UInt8) -> SignatureAlgorithm? {
        SignatureAlgorithm.allCases.first { Self.number(of: $0) == number }
    }
}

/// Reads a statement's body and signature from front to back.
private struct BodyReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The statement; `nil` where bytes are missing, left over or out of range.
    mutating func statement(of code: IdentificationCode) throws(IdentityError) -> CityCode? {
        guard byte() == CityCode.version, let algorithm = byte().flatMap(CityCode.algorithm(numbered:)),
            let issuedAt = time(), let expiresAt = time(), issuedAt < expiresAt, let fingerprint = take(16),
            let name = text(), let network = text(), (1...CityCode.maximumNetworkLength).contains(network.utf8.count),
            let signature = take(SignatureAlgorithm.signatureLength), position == bytes.count
        else { return nil }
        return CityCode(
            keyID: try KeyIdentifier(code: code, name: name), network: network, algorithm: algorithm,
            keyFingerprint: fingerprint, issuedAt: issuedAt, expiresAt: expiresAt, signature: signature)
    }

    private mutating func byte() -> UInt8? { take(1)?.first }

    private mutating func take(_ count: Int) -> [UInt8]? {
        guard bytes.count - position >= count else { return nil }
        position += count
        return Array(bytes[position - count..<position])
    }

    private mutating func time() -> Timestamp? {
        guard let bytes = take(5) else { return nil }
        let seconds = bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let time = Timestamp(seconds: seconds)
        return time.seconds == seconds ? time : nil
    }

    /// A text after its length; `nil` where it is not well-formed UTF-8, for it must be written again as it came.
    private mutating func text() -> String? {
        byte().flatMap { take(Int($0)) }.flatMap { String(validating: $0, as: UTF8.self) }
    }
}
