extension TilePath {
    // The longest path there is: seven groups, two digits of level and three of width.
    private static let maximumLength = 64

    /// Parses a path without a leading slash; throws `malformedTilePath` for anything but the one text of a path.
    public init(parsing path: String) throws(TransparencyLogError) {
        guard let parsed = TilePath(utf8: path.utf8) else {
            throw TransparencyLogError(.malformedTilePath, "`\(path.prefix(TilePath.maximumLength))` names no tile")
        }
        self = parsed
    }

    private init?(utf8 path: String.UTF8View) {
        guard path.count <= TilePath.maximumLength else { return nil }
        var elements = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)[...]
        guard let root = elements.popFirst(), root.elementsEqual("tile".utf8),
            let folder = elements.popFirst(), let kind = TilePath.kind(folder)
        else { return nil }
        var width = TilePath.fullWidth
        if elements.count >= 2, let group = elements.dropLast().last, group.suffix(2).elementsEqual(".p".utf8) {
            guard let number = elements.popLast().flatMap({ Decimal.parse($0) }), (1...255).contains(number) else {
                return nil
            }
            width = Int(number)
            elements[elements.endIndex - 1] = group.dropLast(2)
        }
        guard let index = TilePath.index(elements) else { return nil }
        self.init(kind: kind, index: index, checkedWidth: width)
    }

    private static func kind(_ folder: Substring.UTF8View) -> Kind? {
        if folder.elementsEqual("entries".utf8) { return .entries }
        guard let level = Decimal.parse(folder), level <= 63 else { return nil }
        return .hashes(level: Int(level))
    }

    private static func index(_ groups: ArraySlice<Substring.UTF8View>) -> UInt64? {
        // Seven groups write every 64-bit number, and a first group of zeroes would be superfluous.
        guard (1...7).contains(groups.count), groups.count == 1 || !groups[groups.startIndex].elementsEqual("x000".utf8)
        else { return nil }
        var index: UInt64 = 0
        for (position, group) in groups.enumerated() {
            let isLast = position == groups.count - 1
            guard isLast || group.first == UInt8(ascii: "x") else { return nil }
            let digits = isLast ? group : group.dropFirst()
            guard digits.count == 3, let number = threeDigits(digits) else { return nil }
            let (product, tooLarge) = index.multipliedReportingOverflow(by: 1000)
            let (sum, carry) = product.addingReportingOverflow(number)
            guard !tooLarge, !carry else { return nil }
            index = sum
        }
        return index
    }

    private static func threeDigits(_ digits: Substring.UTF8View) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
