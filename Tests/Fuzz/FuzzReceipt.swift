import AccessReceipts

/// A receipt that is read is written again to bytes that read as the same receipt.
enum FuzzReceipt {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix(64), as: UTF8.self)
        if let id = ReceiptID(text) { precondition(id.description == text, "an id has another text") }
        if let cursor = ReceiptCursor(text) { _ = cursor.description }
        guard let receipt = try? Receipt(parsing: bytes) else { return }
        guard let again = try? Receipt(parsing: receipt.encoded) else { fatalError("what was written does not read") }
        precondition(again == receipt, "what was written reads as another receipt")
    }
}

/// A signature base is taken apart or refused.
enum FuzzSignatureBase {
    static func run(_ bytes: [UInt8]) {
        guard let base = SignatureBase(bytes) else { return }
        precondition(base.value("@signature-params") != nil, "a base has its parameters")
    }
}
