import Ledger

/// A transaction that parses is written again to a payload that parses to the same transaction, and executing it on a
/// ledger that has not begun ends.
enum FuzzTransaction {
    static func run(_ bytes: [UInt8]) {
        // As a leaf, which is a JWS, and as the payload of one, which hardly any input would reach otherwise.
        if let signed = try? SignedTransaction(parsing: bytes) { check(signed.transaction) }
        if let transaction = try? Transaction(payload: bytes) { check(transaction) }
        if let header = try? BlockHeader(parsing: bytes) {
            precondition(header.bytes == bytes, "a header leaf has two forms")
        }
    }

    private static func check(_ transaction: Transaction) {
        guard let again = try? Transaction(payload: transaction.payload) else {
            fatalError("what was written does not parse")
        }
        precondition(again == transaction, "what was written parses to another transaction")
    }
}
