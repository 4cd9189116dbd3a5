import CityIdentity

/// Numbers of earlier uses, or bytes, in words: `the first 2 times within an hour and the first 3 times within a day`.
struct CountWords {
    let words: String

    /// - Parameters:
    ///   - mine: The numbers that are meant, one choice of every class that comparisons tell apart.
    ///   - all: Those that there are.
    init(_ mine: [EarlierUses], among all: [EarlierUses], _ measure: CountQuery.Measure) {
        // By span, the numbers up to which nothing else is said.
        let ends = (all.first?.spans ?? []).indices.map { index in Set(all.map { $0.spans[index].most }).sorted() }
        func places(_ uses: EarlierUses) -> [Int] {
            zip(uses.spans, ends).map { span, ends in ends.firstIndex(of: span.most) ?? 0 }
        }
        let (meant, existing) = (Set(mine.map(places)), Set(all.map(places)))
        let sizes = ends.map(\.count)
        var impossible: Set<[Int]> = []
        Self.forEach(sizes) { if !existing.contains($0) { impossible.insert($0) } }
        let order = Array(sizes.indices)
        let boxes = ToldBox.boxes(of: meant, impossible: impossible, sizes: sizes, order: order, isFilled: true)
            .map(\.box)
        let spans = all.first?.spans ?? []
        words =
            boxes.prefix(Self.maximum).map { box in
                order.filter { box.choices[$0].count < sizes[$0] }.map { index in
                    let within = spans[index].window?.inWords ?? " ever"
                    return Self.ranges(box.choices[index], ends[index]).map {
                        measure == .uses ? Self.usesWords($0, within) : Self.bytesWords($0, within)
                    }.joined(separator: " or ")
                }.joined(separator: " and ")
            }.joined(separator: " or ") + (boxes.count > Self.maximum ? " or at other numbers" : "")
    }

    /// The most combinations of spans that are told.
    private static let maximum = 8

    private static func forEach(_ sizes: [Int], _ body: ([Int]) -> Void) {
        guard sizes.reduce(1, { min($0 * $1, SearchLimit.settings * 16) }) < SearchLimit.settings * 16 else { return }
        var places = sizes.map { _ in 0 }
        guard !sizes.contains(0) else { return }
        while true {
            body(places)
            guard let next = sizes.indices.first(where: { places[$0] + 1 < sizes[$0] }) else { return }
            places[next] += 1
            for index in 0..<next { places[index] = 0 }
        }
    }

    /// Ranges of numbers; the last number is `nil` where nothing is above.
    private static func ranges(_ chosen: Set<Int>, _ ends: [UInt64]) -> [(first: UInt64, last: UInt64?)] {
        var ranges: [(first: UInt64, last: UInt64?)] = []
        for place in chosen.sorted() {
            let last = place == ends.count - 1 ? nil : ends[place]
            if chosen.contains(place - 1) {
                ranges[ranges.count - 1].last = last
            } else {
                ranges.append((place == 0 ? 0 : ends[place - 1] + 1, last))
            }
        }
        return ranges
    }

    private static func usesWords(_ range: (first: UInt64, last: UInt64?), _ within: String) -> String {
        switch range {
        case (0, let last?): "the first \(last == 0 ? "time" : "\(last + 1) times")\(within)"
        case (let first, let last?):
            first == last ? "the \(first + 1). time\(within)" : "times \(first + 1) to \(last + 1)\(within)"
        case (let first, nil): "from the \(first + 1). time on\(within)"
        }
    }

    private static func bytesWords(_ range: (first: UInt64, last: UInt64?), _ within: String) -> String {
        switch range {
        case (0, 0?): "while no bytes have passed\(within)"
        case (0, let last?): "while at most \(last) bytes have passed\(within)"
        case (let first, let last?): "when \(first) to \(last) bytes have passed\(within)"
        case (let first, nil): "when \(first) bytes or more have passed\(within)"
        }
    }
}
