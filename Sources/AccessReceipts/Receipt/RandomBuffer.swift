#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Random numbers of the system's cryptographic generator, taken many at a time: asking the system for each costs as much
/// as what it is for.
///
/// Never copied, so that no number is handed out twice; for one thread or event loop.
package final class RandomBuffer: RandomNumberGenerator {
    private var words: [UInt64] = []

    package init() {}

    package func next() -> UInt64 {
        if let word = words.popLast() { return word }
        words = [UInt64](unsafeUninitializedCapacity: Self.count) { buffer, count in
            // Fills all of what it is asked for, 256 bytes at most, or nothing (getentropy(3)).
            let size = Self.count * MemoryLayout<UInt64>.size
            precondition(getentropy(buffer.baseAddress, size) == 0, "the system gives random numbers")
            count = Self.count
        }
        return words.removeLast()
    }

    /// Numbers taken at a time, 256 bytes.
    private static let count = 32
}
