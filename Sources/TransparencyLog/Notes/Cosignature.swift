/// The content of a cosignature/v1 line: a time and an Ed25519 signature (tlog-cosignature, Format).
struct Cosignature: Sendable {
    /// POSIX seconds; at most 2^63 - 1.
    let timestamp: UInt64
    let signature: [UInt8]

    init(timestamp: UInt64, signature: [UInt8]) {
        self.timestamp = timestamp
        self.signature = signature
    }

    /// Reads the 72 bytes; nil if there are more or fewer or the time is too large.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 72 else { return nil }
        timestamp = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        signature = [UInt8](bytes.dropFirst(8))
        guard timestamp <= UInt64(Int64.max) else { return nil }
    }

    var bytes: [UInt8] { timestamp.bigEndianBytes + signature }

    /// What is signed (tlog-cosignature, Ed25519 signed message).
    func message(over text: [UInt8]) -> [UInt8] { Cosignature.message(over: text, at: timestamp) }

    static func message(over text: [UInt8], at timestamp: UInt64) -> [UInt8] {
        [UInt8]("cosignature/v1\ntime \(timestamp)\n".utf8) + text
    }
}

extension NoteSignature {
    /// The time of a cosignature/v1 line in POSIX seconds; nil if the line cannot be one.
    ///
    /// It means something only once a key of type ``NoteVerifierKey/SignatureType/cosignature`` verified the line.
    public var cosignatureTimestamp: UInt64? { Cosignature(signature)?.timestamp }
}
