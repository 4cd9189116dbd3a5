extension JSONEditor {
    /// The string, number or word being read, with its text where that is looked at.
    struct Scalar {
        private(set) var fate = Fate.passed
        /// The suppressions whose number of cases it is.
        private(set) var counts: UInt32 = 0
        /// Which of the fields it is in which rows must be alike.
        private(set) var alike: Int?
        private(set) var text: [UInt8] = []
        /// Its text is looked at.
        private(set) var isCollected = false
        private var isTooLong = false

        /// The most bytes of a number or time with the quotes around it.
        private static let maximumLength = DecimalText.maximumLength + 2

        mutating func begin(_ fate: Fate, counts: UInt32, alike: Int?) {
            self.fate = fate
            self.counts = counts
            self.alike = alike
            isCollected = counts != 0
            if case .coarsened = fate { isCollected = true }
            isTooLong = false
            text.removeAll(keepingCapacity: true)
        }

        mutating func take(_ piece: Span<UInt8>) {
            guard isCollected, !isTooLong else { return }
            isTooLong = text.count + piece.count > Self.maximumLength
            if !isTooLong { text.append(piece) }
        }

        /// What the text says as a number.
        var number: Number? { isTooLong ? nil : Number(parsing: String(decoding: text, as: UTF8.self)) }

        /// The value made coarser; `null` for what cannot be made so.
        func coarsened(by coarsening: Coarsening, kind: JSONTokenizer.Kind) -> [UInt8] {
            let null = Array("null".utf8)
            if isTooLong { return null }
            switch (kind, coarsening) {
            case (.number, .numbers): return coarsening.coarsened(text) ?? null
            case (.string, _):
                let quote = UInt8(ascii: "\"")
                let inner = text.dropFirst().dropLast()
                return coarsening.coarsened(inner).map { [quote] + $0 + [quote] } ?? null
            default: return null
            }
        }
    }
}
