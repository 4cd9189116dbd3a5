@testable import TransparencyLog

/// RFC 6962, section 2.1, word for word and slow: what the module is compared with.
struct RecursiveTree {
    let leafHashes: [Hash]

    func root(_ part: Range<Int>) -> Hash {
        switch part.count {
        case 0: return Hash(hashing: [])
        case 1: return leafHashes[part.lowerBound]
        default:
            let middle = part.lowerBound + split(part.count)
            return Hash(
                hashing: [1] + root(part.lowerBound..<middle).bytes + root(middle..<part.upperBound).bytes)
        }
    }

    func inclusionProof(_ index: Int, _ part: Range<Int>) -> [Hash] {
        guard part.count > 1 else { return [] }
        let middle = part.lowerBound + split(part.count)
        return index < middle
            ? inclusionProof(index, part.lowerBound..<middle) + [root(middle..<part.upperBound)]
            : inclusionProof(index, middle..<part.upperBound) + [root(part.lowerBound..<middle)]
    }

    func consistencyProof(_ oldSize: Int, _ part: Range<Int>, isComplete: Bool = true) -> [Hash] {
        guard oldSize != part.count else { return isComplete ? [] : [root(part)] }
        let width = split(part.count)
        let middle = part.lowerBound + width
        return oldSize <= width
            ? consistencyProof(oldSize, part.lowerBound..<middle, isComplete: isComplete)
                + [root(middle..<part.upperBound)]
            : consistencyProof(oldSize - width, middle..<part.upperBound, isComplete: false)
                + [root(part.lowerBound..<middle)]
    }

    private func split(_ count: Int) -> Int {
        var width = 1
        while width * 2 < count { width *= 2 }
        return width
    }
}
