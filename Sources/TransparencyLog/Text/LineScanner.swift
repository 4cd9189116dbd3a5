/// Walks over bytes line by line; a line ends in a newline (U+000A).
struct LineScanner {
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    /// What has not been read yet.
    var rest: ArraySlice<UInt8> { bytes[position...] }

    /// The next line without its newline; nil if no newline is left.
    mutating func line() -> ArraySlice<UInt8>? {
        guard let end = bytes[position...].firstIndex(of: .newline) else { return nil }
        defer { position = end + 1 }
        return bytes[position..<end]
    }
}

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let plus = UInt8(ascii: "+")
}

extension Collection<UInt8> {
    /// What follows `prefix`; nil if the bytes do not start with it.
    func dropping(prefix: String) -> SubSequence? {
        starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
    }
}

extension String {
    /// Whether both are the same bytes; `==` also takes canonically equivalent texts for equal.
    func isSameText(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
