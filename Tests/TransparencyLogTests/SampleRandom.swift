/// SplitMix64: the same numbers in every run, so that a failure can be repeated.
struct SampleRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// Bytes with one changed, removed, added or moved.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        guard !bytes.isEmpty else { return [UInt8(truncatingIfNeeded: next())] }
        let position = Int.random(in: 0..<bytes.count, using: &self)
        switch next() % 5 {
        case 0: bytes[position] ^= 1 << UInt8(next() % 8)
        case 1: bytes[position] = UInt8(truncatingIfNeeded: next())
        case 2: bytes.remove(at: position)
        case 3: bytes.insert(UInt8(truncatingIfNeeded: next()), at: position)
        default: bytes.swapAt(position, Int.random(in: 0..<bytes.count, using: &self))
        }
        return bytes
    }
}
