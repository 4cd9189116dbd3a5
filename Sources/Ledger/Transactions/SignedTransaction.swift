package import CityIdentity

/// A transaction as it was signed: its exact bytes, and what they say.
///
/// Parsing says nothing about the signature; ``isSigned(by:)`` does.
package struct SignedTransaction: Sendable {
    /// The compact JWS, which is the leaf.
    package let bytes: [UInt8]
    package let transaction: Transaction
    private let signature: CompactJWS
    /// The key that the signature was found to be by, so that a second question costs nothing.
    private var verifiedKey: PublicKey?

    /// Parses the compact JWS of a transaction.
    ///
    /// Throws ``LedgerError`` of code `tooLarge` or `malformed`: not a JWS of the accepted profile, another `typ`, a
    /// `kid` that is not the signer, or a payload that is not a transaction.
    package init(parsing bytes: [UInt8]) throws(LedgerError) {
        try Transaction.checkSize(bytes)
        do { signature = try CompactJWS(parsing: bytes) } catch {
            throw LedgerError(.malformed, "the transaction is not a compact JWS", cause: error)
        }
        guard signature.type.utf8.elementsEqual(Transaction.mediaType.utf8) else {
            throw LedgerError(.malformed, "the signature's `typ` must be `\(Transaction.mediaType)`")
        }
        transaction = try Transaction(payload: signature.payload)
        guard signature.keyID == transaction.signer else {
            throw LedgerError(.malformed, "the signature's `kid` is not the transaction's signer")
        }
        self.bytes = bytes
    }

    /// Whether the signature is by this key over these bytes.
    package func isSigned(by key: PublicKey) -> Bool {
        verifiedKey == key || signature.verify(with: key)
    }

    /// The transaction with the answer for one key kept, where it is yes.
    ///
    /// The check is the dear part of executing a transaction; done here it runs on the submitter's thread.
    func verified(with key: PublicKey) -> SignedTransaction {
        guard signature.verify(with: key) else { return self }
        var copy = self
        copy.verifiedKey = key
        return copy
    }
}
