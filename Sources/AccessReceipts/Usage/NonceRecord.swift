package import CityIdentity

/// A nonce that a request used up, as long as its signature lives.
///
/// Stored in the same commit as the receipt of the exchange, so that a gateway that starts again refuses a replay of
/// whatever it had answered.
package struct NonceRecord: Sendable, Hashable {
    /// The key identifier in the signature's parameters.
    package let key: String
    package let nonce: String
    /// From this moment on a replay is refused by its age.
    package let expires: Timestamp

    package init(key: String, nonce: String, expires: Timestamp) {
        self.key = key
        self.nonce = nonce
        self.expires = expires
    }
}

/// What is known of used nonces at a moment.
package struct UsedNonces: Sendable, Hashable {
    /// Those that have not expired.
    package let living: [NonceRecord]
    /// The latest expiry among all others, in whatever order the clock went; `nil` where there was none.
    package let forgotten: Timestamp?

    package init(living: [NonceRecord], forgotten: Timestamp?) {
        self.living = living
        self.forgotten = forgotten
    }
}

extension NonceRecord {
    /// Appends the record: expiry in eight bytes, then key and nonce, each after its length in two bytes.
    func encode(into buffer: inout [UInt8]) {
        let milliseconds = UInt64(bitPattern: expires.milliseconds)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            buffer.append(UInt8(truncatingIfNeeded: milliseconds >> shift))
        }
        for text in [key, nonce] {
            let bytes = text.utf8.prefix(Int(UInt16.max))
            buffer.append(UInt8(bytes.count >> 8))
            buffer.append(UInt8(bytes.count & 0xFF))
            buffer.append(contentsOf: bytes)
        }
    }

    /// Reads records that were appended one after the other; `nil` where the bytes are nothing such.
    static func decode(_ bytes: [UInt8]) -> [NonceRecord]? {
        bytes.withUnsafeBytes { bytes in
            var records: [NonceRecord] = []
            var place = 0
            func text() -> String? {
                guard bytes.count - place >= 2 else { return nil }
                let count = Int(bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self).bigEndian)
                place += 2 + count
                guard bytes.count >= place else { return nil }
                return String(decoding: bytes[(place - count)..<place], as: UTF8.self)
            }
            while place < bytes.count {
                guard bytes.count - place >= 8 else { return nil }
                let milliseconds = bytes.loadUnaligned(fromByteOffset: place, as: Int64.self).bigEndian
                place += 8
                guard let key = text(), let nonce = text() else { return nil }
                records.append(NonceRecord(key: key, nonce: nonce, expires: Timestamp(milliseconds: milliseconds)))
            }
            return records
        }
    }
}
