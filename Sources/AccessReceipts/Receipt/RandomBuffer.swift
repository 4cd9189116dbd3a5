import Crypto

/// Random numbers of the system's cryptographic generator, taken many at a time: asking the system for each costs as much
/// as what it is for.
///
/// Never copied, so that no number is handed out twice; for one thread or event loop.
package final class RandomBuffer: RandomNumberGenerator {
    private var words: [UInt64] = []

    package init() {}

    package func next() -> UInt64 {
        if let word = words.popLast() { return word }
        SymmetricKey(size: SymmetricKeySize(bitCount: Self.count * UInt64.bitWidth)).withUnsafeBytes { bytes in
            words = (0..<Self.count).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<UInt64>.size, as: UInt64.self)
            }
        }
        return words.removeLast()
    }

    /// Numbers taken at a time: 512 bytes.
    private static let count = 64
}
