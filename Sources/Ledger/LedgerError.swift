/// Why the ledger does not do what it was asked to do.
package struct LedgerError: Error, Sendable, CustomStringConvertible {
    /// What kind of fault it is; more may come.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable, Hashable {
            case malformed, tooLarge, wrongNetwork, wrongTime, wrongSequence, unknownKey, inactiveKey, invalidSignature
            case refused, overloaded, stopped, locked, storage, notFound, untrusted, corrupted
        }
        private let kind: Kind

        /// The bytes are not a transaction, checkpoint or bundle of the format.
        package static let malformed = Code(kind: .malformed)
        /// A transaction is longer than a leaf may be.
        package static let tooLarge = Code(kind: .tooLarge)
        /// A transaction is made for another network.
        package static let wrongNetwork = Code(kind: .wrongNetwork)
        /// A transaction was made over an hour before or after the block it would be in.
        package static let wrongTime = Code(kind: .wrongTime)
        /// A transaction's sequence number is not the next of its key: a replay, or one is missing before it.
        package static let wrongSequence = Code(kind: .wrongSequence)
        /// The signing key does not stand on the ledger.
        package static let unknownKey = Code(kind: .unknownKey)
        /// The signing key is revoked, out of its validity, or its identity or one above is not active.
        package static let inactiveKey = Code(kind: .inactiveKey)
        /// The signature is not one by the signing key over these bytes.
        package static let invalidSignature = Code(kind: .invalidSignature)
        /// A rule of the ledger refuses an application before it is recorded.
        package static let refused = Code(kind: .refused)
        /// Too many transactions or applications wait already; the same one may be submitted again later.
        package static let overloaded = Code(kind: .overloaded)
        /// The ledger does not run, or has stopped while the transaction waited.
        package static let stopped = Code(kind: .stopped)
        /// Another process holds the ledger's directory.
        package static let locked = Code(kind: .locked)
        /// The store failed; nothing of the block was kept.
        package static let storage = Code(kind: .storage)
        /// What was asked for is not on the ledger.
        package static let notFound = Code(kind: .notFound)
        /// A signature or genesis is not the one the caller trusts.
        package static let untrusted = Code(kind: .untrusted)
        /// What is stored or served contradicts itself.
        package static let corrupted = Code(kind: .corrupted)

        package var description: String { kind.rawValue }
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
