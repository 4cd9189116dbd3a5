/// Why a code, key, time, certificate or signed statement is not accepted.
package struct IdentityError: Error, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    package struct Code: Sendable, Hashable {
        private enum Kind: Sendable, Hashable {
            case malformedCode, unallocatedCode, malformedTime, malformedKey, unsupportedAlgorithm
            case malformedKeyIdentifier, malformedDeclaration, malformedSignature, signingFailed
            case malformedCertificate, malformedCityCode, doesNotFit
        }
        private let kind: Kind

        /// A text is not of the grammar of identification codes or their DID form.
        package static let malformedCode = Code(kind: .malformedCode)
        /// A well-formed code that the allocation rule does not give to any city.
        package static let unallocatedCode = Code(kind: .unallocatedCode)
        /// A text is not an RFC 3339 time.
        package static let malformedTime = Code(kind: .malformedTime)
        /// Bytes or a JWK are not a usable key.
        package static let malformedKey = Code(kind: .malformedKey)
        /// An algorithm, curve or key type that is not among those the network knows.
        package static let unsupportedAlgorithm = Code(kind: .unsupportedAlgorithm)
        /// A text is not a key identifier.
        package static let malformedKeyIdentifier = Code(kind: .malformedKeyIdentifier)
        /// A key declaration or record lacks a member or contradicts itself.
        package static let malformedDeclaration = Code(kind: .malformedDeclaration)
        /// Bytes are not a compact JWS of the accepted profile.
        package static let malformedSignature = Code(kind: .malformedSignature)
        /// A private key could not sign.
        package static let signingFailed = Code(kind: .signingFailed)
        /// Bytes are not a certificate of the accepted profile.
        package static let malformedCertificate = Code(kind: .malformedCertificate)
        /// A text is not a city code.
        package static let malformedCityCode = Code(kind: .malformedCityCode)
        /// A value is too long for its form, such as a text for a QR code.
        package static let doesNotFit = Code(kind: .doesNotFit)
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        if let cause { "\(message): \(cause)" } else { message }
    }
}

extension IdentityError {
    /// Input in backticks as it may stand in a message: control characters escaped, at most 80 characters.
    static func quote(_ input: String) -> String {
        var quoted = "`"
        for (count, scalar) in input.unicodeScalars.enumerated() {
            if count == 80 { return quoted + "…`" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                quoted += "\\u{\(String(scalar.value, radix: 16))}"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "`"
    }
}
