/// Lines of one hash each up to a blank line, as proofs and witness requests have them.
enum HashLines {
    /// The hashes; nil if a line is something else, there are too many or the blank line is missing.
    static func read(from lines: inout LineScanner, atMost limit: Int) -> [Hash]? {
        var hashes: [Hash] = []
        while let line = lines.line() {
            if line.isEmpty { return hashes }
            guard hashes.count < limit, let hash = Hash(base64: line) else { return nil }
            hashes.append(hash)
        }
        return nil
    }
}
