/// Removes what JSON Pointers name from JSON documents and leaves all other bytes as they were.
///
/// A member goes with its name, and of the commas beside it one; whitespace and everything else stays, byte for byte. The
/// whole document is checked: what is not JSON, has two members of one name in an object, or is nested more than 128 deep
/// is refused, because another reader could see in it what this one did not. So is a document that holds something and
/// nothing of what the pointers name: its fields stand elsewhere than the policy thinks.
package struct JSONRedactor: Sendable {
    package let pointers: [JSONPointer]

    /// How many elements of an outermost array stay; `nil` for all.
    package let rowLimit: Int?

    /// The most bytes of a document.
    package static let maximumSize = 64 << 20

    package init(_ pointers: [JSONPointer], rowLimit: Int? = nil) {
        self.pointers = pointers
        self.rowLimit = rowLimit
    }

    /// The document without what the pointers name.
    ///
    /// Throws ``PolicyError`` of code `malformedResponse` for what is not strictly JSON, `unsupportedResponse` where rows are
    /// to be limited and the document is no array, and where the pointers name nothing in it.
    package func redact(_ document: [UInt8]) throws(PolicyError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(document.count)
        try check(try redact(document, range: 0..<document.count, into: &output))
        return output
    }

    /// What was come across in a document.
    struct Findings: OptionSet {
        let rawValue: Int
        /// Something that a pointer names.
        static let named = Findings(rawValue: 1)
        /// Something that is passed on: a member or element of the document, or a document that has none.
        static let kept = Findings(rawValue: 2)
    }

    /// Refuses a response in which fields should have been that nothing was found of.
    func check(_ findings: Findings) throws(PolicyError) {
        guard !pointers.isEmpty, findings == .kept else { return }
        throw PolicyError(
            .unsupportedResponse,
            "nothing in the response is \(pointers.map { "`\($0)`" }.joined(separator: " or ")): its fields stand elsewhere"
        )
    }

    /// Appends the document that stands in a range of bytes, without what the pointers name.
    func redact(
        _ bytes: [UInt8], range: Range<Int>, into output: inout [UInt8]
    ) throws(PolicyError) -> Findings {
        guard range.count <= Self.maximumSize else {
            throw PolicyError(
                .unsupportedResponse, "a response of \(range.count) bytes is over the limit of \(Self.maximumSize)")
        }
        guard String(validating: bytes[range], as: UTF8.self) != nil else {
            throw PolicyError(.malformedResponse, "the response is not JSON: it is not UTF-8")
        }
        var pass = Pass(scanner: JSONScanner(bytes, range: range), copied: range.lowerBound, rowLimit: rowLimit)
        try pass.document(pointers.map { $0.tokens[...] }, into: &output)
        return pass.findings
    }

    /// One pass over a document: `copied` is where the bytes begin that have been neither passed on nor left out.
    private struct Pass {
        var scanner: JSONScanner
        var copied: Int
        let rowLimit: Int?
        var findings: Findings = []

        mutating func document(_ paths: [ArraySlice<JSONPointer.Token>], into output: inout [UInt8]) throws(PolicyError)
        {
            scanner.skipSpace()
            if rowLimit != nil, scanner.peek() != UInt8(ascii: "[") {
                throw PolicyError(.unsupportedResponse, "rows cannot be limited: the response is no array")
            }
            if scanner.peek() != UInt8(ascii: "{"), scanner.peek() != UInt8(ascii: "[") { findings.insert(.kept) }
            try value(paths, depth: 0, into: &output)
            scanner.skipSpace()
            guard scanner.position == scanner.end else { throw scanner.fault("unexpected text after the value") }
            flush(until: scanner.end, into: &output)
        }

        private mutating func flush(until end: Int, into output: inout [UInt8]) {
            if copied < end { output.append(contentsOf: scanner.bytes[copied..<end]) }
            copied = max(copied, end)
        }

        private mutating func value(
            _ paths: [ArraySlice<JSONPointer.Token>], depth: Int, into output: inout [UInt8]
        ) throws(PolicyError) {
            let limit = depth == 0 ? rowLimit : nil
            switch scanner.peek() {
            case UInt8(ascii: "{") where !paths.isEmpty: try object(paths, depth: depth, into: &output)
            case UInt8(ascii: "[") where !paths.isEmpty || limit != nil:
                try array(paths, depth: depth, limit: limit, into: &output)
            default: try scanner.skipValue(depth: depth)
            }
        }

        private mutating func object(
            _ paths: [ArraySlice<JSONPointer.Token>], depth: Int, into output: inout [UInt8]
        ) throws(PolicyError) {
            var names: Set<[UInt8]> = []
            try scanner.enter(depth)
            var siblings = Siblings(start: scanner.position)
            scanner.skipSpace()
            if scanner.take(UInt8(ascii: "}")) { return }
            repeat {
                siblings.begin(scanner.position)
                scanner.skipSpace()
                let name = try scanner.memberName(names: &names)
                let rest = self.below(paths) { $0 == .any || $0 == .named(name) }
                try element(rest, depth, &siblings, &output)
            } while scanner.take(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "}"))
        }

        private mutating func array(
            _ paths: [ArraySlice<JSONPointer.Token>], depth: Int, limit: Int?, into output: inout [UInt8]
        ) throws(PolicyError) {
            try scanner.enter(depth)
            var siblings = Siblings(start: scanner.position)
            scanner.skipSpace()
            if scanner.take(UInt8(ascii: "]")) { return }
            var index = 0
            repeat {
                siblings.begin(scanner.position)
                scanner.skipSpace()
                let isBeyond = limit.map { index >= $0 } ?? false
                let name = JSONPointer.Token.named(Array(String(index).utf8))
                let rest = isBeyond ? nil : self.below(paths) { $0 == .any || $0 == name }
                try element(rest, depth, &siblings, &output)
                index += 1
            } while scanner.take(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "]"))
        }

        /// What is left of the paths one step down; `nil` where one of them ends there.
        private mutating func below(
            _ paths: [ArraySlice<JSONPointer.Token>], _ matches: (JSONPointer.Token) -> Bool
        ) -> [ArraySlice<JSONPointer.Token>]? {
            var below: [ArraySlice<JSONPointer.Token>] = []
            for path in paths {
                guard let first = path.first, matches(first) else { continue }
                if path.count == 1 {
                    findings.insert(.named)
                    return nil
                }
                below.append(path.dropFirst())
            }
            return below
        }

        /// Passes on a member or element, or leaves it out where `paths` is `nil`, with its comma.
        private mutating func element(
            _ paths: [ArraySlice<JSONPointer.Token>]?, _ depth: Int, _ siblings: inout Siblings, _ output: inout [UInt8]
        ) throws(PolicyError) {
            if let paths {
                findings.insert(.kept)
                if let comma = siblings.keep() {
                    flush(until: comma, into: &output)
                    copied = comma + 1
                }
                try value(paths, depth: depth + 1, into: &output)
            } else {
                try scanner.skipValue(depth: depth + 1)
                flush(until: siblings.segment, into: &output)
                copied = scanner.position
            }
            scanner.skipSpace()
        }
    }

    /// The members of one object or elements of one array as they are passed on: each owns the comma before it, and the
    /// first that stays gives its own up.
    private struct Siblings {
        private let start: Int
        /// Where the present one begins, its comma included.
        private(set) var segment: Int
        private var count = 0
        private var hasKept = false

        init(start: Int) {
            self.start = start
            segment = start
        }

        /// Begins the first, or the one after the comma just before `position`.
        mutating func begin(_ position: Int) {
            segment = count == 0 ? start : position - 1
            count += 1
        }

        /// Says that the present one stays; gives the place of its comma where that goes.
        mutating func keep() -> Int? {
            defer { hasKept = true }
            return hasKept || count == 1 ? nil : segment
        }
    }
}
