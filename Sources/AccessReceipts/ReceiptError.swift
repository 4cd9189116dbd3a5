/// Why a receipt, a store of receipts, or evidence is not accepted or cannot serve.
package struct ReceiptError: Error, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    package struct Code: Sendable, Hashable {
        private enum Kind: Sendable, Hashable {
            case malformed, tooLarge, overloaded, closed, storage, full, locked, duplicate, unknownReceipt, notOpen
            case erased, damaged, anchoring, diverged, notAnchored, unproven
        }
        private let kind: Kind

        /// Bytes are not a receipt or evidence of the accepted format.
        package static let malformed = Code(kind: .malformed)
        /// A receipt is longer than a receipt may be.
        package static let tooLarge = Code(kind: .tooLarge)
        /// More receipts wait for stable storage than may; nothing was stored, try again later.
        package static let overloaded = Code(kind: .overloaded)
        /// The store is closed, or opened for reading alone.
        package static let closed = Code(kind: .closed)
        /// The storage failed; nothing of the receipt counts as stored.
        package static let storage = Code(kind: .storage)
        /// The disk is full; the store accepts again by itself once there is room.
        package static let full = Code(kind: .full)
        /// Another process holds the store.
        package static let locked = Code(kind: .locked)
        /// A receipt of that id is stored already.
        package static let duplicate = Code(kind: .duplicate)
        /// No receipt of that id is stored.
        package static let unknownReceipt = Code(kind: .unknownReceipt)
        /// A closing receipt whose opening is unknown, closed already, or says something else.
        package static let notOpen = Code(kind: .notOpen)
        /// The receipt was erased; only its leaf remains.
        package static let erased = Code(kind: .erased)
        /// What is stored contradicts itself.
        package static let damaged = Code(kind: .damaged)
        /// The ledger did not take an anchor.
        package static let anchoring = Code(kind: .anchoring)
        /// The ledger holds an anchor that this log does not lead to.
        package static let diverged = Code(kind: .diverged)
        /// The receipt is not covered by an anchor yet.
        package static let notAnchored = Code(kind: .notAnchored)
        /// A proof could not be made or does not hold.
        package static let unproven = Code(kind: .unproven)
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
