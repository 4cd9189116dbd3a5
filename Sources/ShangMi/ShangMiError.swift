/// Why key material was refused or a key could not be used.
package struct ShangMiError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package struct Code: Hashable, Sendable {
        private enum Value { case invalidPublicKey, invalidPrivateKey, invalidEncoding, signingFailed }
        private let value: Value

        /// The point is not one of the SM2 curve in the form asked for.
        package static let invalidPublicKey = Code(value: .invalidPublicKey)
        /// The scalar is out of range or does not belong to the public key beside it.
        package static let invalidPrivateKey = Code(value: .invalidPrivateKey)
        /// The PEM or DER around the key is not what it should be.
        package static let invalidEncoding = Code(value: .invalidEncoding)
        /// The library could not make a key or a signature.
        package static let signingFailed = Code(value: .signingFailed)
    }

    /// What kind of failure it is.
    package let code: Code
    /// What happened, in words.
    package let message: String

    package var description: String { message }
}
