extension [UInt8] {
    /// Appends bytes that somebody else keeps.
    mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
