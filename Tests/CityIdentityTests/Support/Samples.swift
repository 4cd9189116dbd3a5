import CityIdentity
import Testing

/// Moments, codes and keys that several suites share.
enum Samples {
    static let now = Timestamp(seconds: 1_795_000_000)
    static let later = now.adding(seconds: 365 * 86_400)

    static func code(_ text: String = "MA.156.1301") throws -> IdentificationCode { try IdentificationCode(text) }

    static func record(
        _ key: PrivateKey, id: String = "MA.156.1301#exchange-1", purposes: Set<KeyPurpose> = [.exchange]
    ) throws -> KeyRecord {
        KeyRecord(
            try KeyDeclaration(
                id: try KeyIdentifier(id), publicKey: key.publicKey, purposes: purposes,
                notBefore: now.adding(seconds: -3600), notAfter: later),
            addedAt: now.adding(seconds: -1800))
    }
}

/// The bytes that a text of hexadecimal digits stands for; white space is left out.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Expects an error of a code, and that its message names the reason.
func expectRefusal(
    _ code: IdentityError.Code, naming words: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    let error = #expect(throws: IdentityError.self, sourceLocation: sourceLocation, performing: body)
    #expect(error?.code == code, sourceLocation: sourceLocation)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")", sourceLocation: sourceLocation)
}
