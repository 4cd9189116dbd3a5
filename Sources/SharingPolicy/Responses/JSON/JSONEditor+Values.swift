// What becomes of each piece.
extension JSONEditor {
    mutating func edit(
        _ piece: JSONTokenizer.Piece, _ bytes: Span<UInt8>, _ output: inout [UInt8]
    ) throws(PolicyError) {
        guard let frame = frames.last else { return try editOutermost(piece, bytes, &output) }
        if frame.isPlain { return try editPlain(frame, piece, bytes, &output) }
        switch piece.kind {
        case .comma:
            isInPrefix = true
            if !frame.isDropped { try holdPrefix(piece.range) }
        case .name:
            if !frame.isDropped { try holdPrefix(piece.range) }
            if piece.ends { place = tree.member(tokenizer.name, of: branches[frames.count - 1]) }
        case .space, .colon:
            if frame.isDropped { return }
            if isInPrefix { try holdPrefix(piece.range) } else { try pass(piece.range, bytes, &output) }
        case .closeObject, .closeArray:
            if !frame.isDropped {
                try flushPrefix(bytes, &output)
                try pass(piece.range, bytes, &output)
            }
            closeFrame()
            if let alike = frame.alike { try endAlike(alike, bytes, &output) }
            try endValue(bytes, &output)
        case .openObject, .openArray, .string, .number, .word:
            if piece.begins { try beginValue(piece, of: frame, bytes, &output) }
            try editValue(piece, bytes, &output)
        }
    }

    /// What stands outside of all brackets.
    private mutating func editOutermost(
        _ piece: JSONTokenizer.Piece, _ bytes: Span<UInt8>, _ output: inout [UInt8]
    ) throws(PolicyError) {
        guard piece.kind.isValue else {
            if layout == .lines, !tokenizer.hasBegun { return try holdPrefix(piece.range) }
            if !row.isDropped { try pass(piece.range, bytes, &output) }
            return
        }
        if piece.begins {
            try checkOutermost(piece.kind)
            var fate = Fate.passed
            if layout == .lines {
                if try beginRow(bytes, &output) { try flushPrefix(bytes, &output) } else { fate = .dropped }
                dropPrefix()
            }
            if piece.kind != .openObject, piece.kind != .openArray {
                // A document without fields is none of those that are to be kept.
                if tree.allKept != 0 { throw noFields() }
                if fate == .passed { findings.keep() }
            }
            begin(fate, piece.kind, FieldTree.root, kept: 0)
        }
        try editValue(piece, bytes, &output)
    }

    private func noFields() -> PolicyError {
        PolicyError(.unsupportedResponse, "there are no fields in the response, of which some are to be kept")
    }

    private func checkOutermost(_ kind: JSONTokenizer.Kind) throws(PolicyError) {
        if concernsRows, layout == .document, kind != .openArray {
            throw PolicyError(.unsupportedResponse, "rows cannot be told apart: the response is no array")
        }
        if concernsRows, layout == .features, kind != .openObject {
            throw PolicyError(.unsupportedResponse, "rows cannot be told apart: the response has no features")
        }
    }

    /// What stands in an object or array of which nothing is of concern.
    private mutating func editPlain(
        _ frame: Frame, _ piece: JSONTokenizer.Piece, _ bytes: Span<UInt8>, _ output: inout [UInt8]
    ) throws(PolicyError) {
        if !frame.isDropped { try pass(piece.range, bytes, &output) }
        switch piece.kind {
        case .openObject, .openArray:
            var inner = frame
            inner.alike = nil
            frames.append(inner)
            branches.append([])
        case .closeObject, .closeArray:
            closeFrame()
            if let alike = frame.alike { try endAlike(alike, bytes, &output) }
            try endValue(bytes, &output)
        case .space, .comma, .colon, .name, .string, .number, .word: break
        }
    }

    // MARK: Values

    private mutating func beginValue(
        _ piece: JSONTokenizer.Piece, of frame: Frame, _ bytes: Span<UInt8>, _ output: inout [UInt8]
    ) throws(PolicyError) {
        isInPrefix = false
        let index = frames.count - 1
        if !frame.isObject { place = tree.element(frame.count, of: branches[index]) }
        frames[index].count += 1
        var isDropped = frame.isDropped
        if frame.isTable { isDropped = try !beginRow(bytes, &output) }
        let fate = fate(of: piece.kind, in: frame, isDropped: isDropped)
        if fate == .dropped {
            dropPrefix()
        } else {
            findings.keep()
            if frame.isTable {
                row.hasComma = prefixHasComma(bytes)
            }
            if !frames[index].hasKept, !row.isUndecided || !frame.isTable {
                if prefixHasComma(bytes) { dropComma() }
                frames[index].hasKept = true
            }
            try flushPrefix(bytes, &output)
        }
        if let alike = place.marks.alike {
            try beginAlike(alike, isDropped: fate == .dropped, bytes, &output)
        }
        if frame.isObject, frames.count == 1, layout == .features, piece.kind == .openArray, fate == .passed,
            tokenizer.name.elementsEqual("features".utf8)
        {
            try beginFeatures(bytes, &output)
            begin(fate, piece.kind, place.branches, kept: frame.kept | place.marks.kept, isTable: true)
        } else {
            begin(
                fate, piece.kind, place.branches, kept: frame.kept | place.marks.kept, counts: place.marks.counts,
                alike: place.marks.alike)
        }
    }

    private mutating func fate(of kind: JSONTokenizer.Kind, in frame: Frame, isDropped: Bool) -> Fate {
        if isDropped { return .dropped }
        let marks = place.marks
        findings.find(marks.sorts)
        if marks.isRemoved { return .dropped }
        let isContainer = kind == .openObject || kind == .openArray
        let kept = frame.kept | marks.kept
        guard kept == tree.allKept || isContainer && kept | tree.keptBelow(place.branches) == tree.allKept else {
            return .dropped
        }
        let holdsPositions = positions != nil && frame.isObject && Self.holdsPositions(tokenizer.name)
        var fate = Fate.passed
        add(frame.coarsening, to: &fate)
        add(marks.coarsening, to: &fate)
        if holdsPositions { add(positions, to: &fate) }
        return fate == .passed || kind != .openObject ? fate : .blanked
    }

    /// Makes a value coarser than it would be; where two coarsenings leave nothing, `null` goes in its place.
    private func add(_ coarsening: Coarsening?, to fate: inout Fate) {
        guard let coarsening else { return }
        switch fate {
        case .passed: fate = .coarsened(coarsening)
        case .coarsened(let present): fate = present.common(with: coarsening).map { .coarsened($0) } ?? .blanked
        case .dropped, .blanked: break
        }
    }

    private static func holdsPositions(_ name: [UInt8]) -> Bool {
        name.elementsEqual("coordinates".utf8) || name.elementsEqual("bbox".utf8)
    }

    /// Opens a frame or begins a scalar.
    private mutating func begin(
        _ fate: Fate, _ kind: JSONTokenizer.Kind, _ branches: [Int], kept: UInt32, counts: UInt32 = 0,
        alike: Int? = nil, isTable: Bool = false
    ) {
        scalar.begin(fate, counts: counts, alike: alike)
        guard kind == .openObject || kind == .openArray else { return }
        let isOutermostTable = frames.isEmpty && layout == .document && kind == .openArray
        var frame = Frame(
            isObject: kind == .openObject, kept: kept,
            isDropped: fate == .dropped || fate == .blanked)
        if case .coarsened(let coarsening) = fate { frame.coarsening = coarsening }
        frame.isTable = (isTable || isOutermostTable) && concernsRows
        frame.alike = alike
        frame.isPlain =
            branches.isEmpty && !frame.isTable && frame.coarsening == nil
            && (frame.isDropped || kept == tree.allKept && positions == nil && !awaitsFeatures(frame))
        if counts != 0 { row.count(counts, isEnough: false) }
        frames.append(frame)
        self.branches.append(branches)
        isInPrefix = !frame.isPlain
    }

    private mutating func closeFrame() {
        frames.removeLast()
        branches.removeLast()
    }

    /// The member `features` may stand in it.
    private func awaitsFeatures(_ frame: Frame) -> Bool {
        frames.isEmpty && layout == .features && concernsRows
    }

    /// A piece of a value whose fate is known.
    private mutating func editValue(
        _ piece: JSONTokenizer.Piece, _ bytes: Span<UInt8>, _ output: inout [UInt8]
    ) throws(PolicyError) {
        if piece.kind == .openObject || piece.kind == .openArray {
            switch scalar.fate {
            case .passed, .coarsened: try pass(piece.range, bytes, &output)
            case .blanked: try write(Self.null, bytes, &output)
            case .dropped: break
            }
            return
        }
        if scalar.isCollected { scalar.take(bytes.extracting(piece.range)) }
        if scalar.fate == .passed { try pass(piece.range, bytes, &output) }
        guard piece.ends else { return }
        if scalar.counts != 0 { countCases(piece.kind) }
        switch scalar.fate {
        case .passed, .dropped: break
        case .blanked: try write(Self.null, bytes, &output)
        case .coarsened(let coarsening):
            try write(scalar.coarsened(by: coarsening, kind: piece.kind), bytes, &output)
        }
        if let alike = scalar.alike { try endAlike(alike, bytes, &output) }
        try endValue(bytes, &output)
    }

    private static let null = Array("null".utf8)

    /// A value has ended, of which the innermost frame that is open has one more now.
    private mutating func endValue(_ bytes: Span<UInt8>, _ output: inout [UInt8]) throws(PolicyError) {
        isInPrefix = false
        guard let frame = frames.last, frame.isTable else { return }
        if try endRow(isFirst: !frame.hasKept, bytes, &output) { frames[frames.count - 1].hasKept = true }
    }
}
