package import StrictJSON
import Yams

/// YAML as far as documents here may use it: mappings, sequences and scalars that mean one thing to every reader.
///
/// Refused with the line: anchors, aliases, tags, merge keys, several documents, duplicate keys, keys that are not text,
/// and plain scalars that YAML 1.1 and 1.2 read differently (`yes`, `010`, `12:30`, `~`, …).
package enum YAMLDocument {
    /// The most levels, and the most values.
    static let maximumDepth = 64
    static let maximumValues = 50_000

    /// What a document means, as JSON.
    ///
    /// Throws ``PolicyError`` of code `malformedDocument` that names the line.
    package static func value(of bytes: [UInt8]) throws(PolicyError) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PolicyError(.malformedDocument, "the document is not UTF-8")
        }
        try checkLexically(bytes)
        let node: Node?
        do {
            // With the basic resolver a plain scalar is text to the parser; what it means is decided below.
            node = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            throw PolicyError(.malformedDocument, YAMLFault.words(of: error, in: text))
        }
        guard let node else { throw PolicyError(.malformedDocument, "the document is empty") }
        var converter = YAMLConverter()
        return try converter.value(node, depth: 0)
    }

    /// Refuses what would cost more than its size before the parser sees it: anchors, since aliases multiply what they
    /// name, and deep flow nesting.
    ///
    /// A `&` at the start of a word counts as an anchor wherever it stands but in lines of comment, also where it is text;
    /// that refuses some harmless text and lets no anchor through.
    private static func checkLexically(_ bytes: [UInt8]) throws(PolicyError) {
        var line = 1
        var depth = 0
        var previous: UInt8 = 0x0A
        var isBlankSoFar = true
        var isComment = false
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A || byte == 0x0D {
                (isBlankSoFar, isComment) = (true, false)
                if byte == 0x0A { line += 1 }
            } else if isBlankSoFar, byte != 0x20, byte != 0x09 {
                isBlankSoFar = false
                isComment = byte == UInt8(ascii: "#")
            }
            switch byte {
            case UInt8(ascii: "&") where !isComment:
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0x20
                guard next <= 0x20 || isWord(previous) else {
                    throw PolicyError(
                        .malformedDocument,
                        "line \(line): anchors and aliases are refused; write the text out, or in quotes "
                            + "with `\\x26` for `&`")
                }
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            default: break
            }
            guard depth <= maximumDepth else {
                throw PolicyError(.malformedDocument, "line \(line): nested more than \(maximumDepth) levels deep")
            }
            previous = byte
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A) || byte >= 0x80
    }
}

/// Turns YAML nodes into JSON values.
private struct YAMLConverter {
    private var values = 0

    mutating func value(_ node: Node, depth: Int) throws(PolicyError) -> JSONValue {
        values += 1
        guard values <= YAMLDocument.maximumValues else {
            throw fault(node, "more than \(YAMLDocument.maximumValues) values")
        }
        guard depth <= YAMLDocument.maximumDepth else {
            throw fault(node, "nested more than \(YAMLDocument.maximumDepth) levels deep")
        }
        switch node {
        case .scalar(let scalar): return try self.scalar(scalar, node)
        case .sequence(let sequence):
            try checkTag(sequence.tag, node)
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try value(element, depth: depth + 1)) }
            return .array(elements)
        case .mapping(let mapping):
            try checkTag(mapping.tag, node)
            var members: [(String, JSONValue)] = []
            for (key, element) in mapping {
                let name = try self.key(key)
                if case .scalar(let scalar) = element, scalar.style == .plain, scalar.string.isEmpty {
                    throw fault(key, Self.lack(of: name))
                }
                members.append((name, try value(element, depth: depth + 1)))
            }
            let object = JSONObject(members)
            guard object.count == members.count else { throw fault(node, "two members of one mapping have one name") }
            return .object(object)
        case .alias: throw fault(node, "aliases are refused")
        }
    }

    /// That a member has no value; a name with a blank in it mostly lacks its colon.
    private static func lack(of name: String) -> String {
        let shown = PolicyError.excerpt(name)
        guard let blank = name.firstIndex(of: " ") else {
            return "`\(shown)` has no value; write it after the colon, or `\"\"` for an empty text"
        }
        let (first, rest) = (name[..<blank], name[blank...].drop { $0 == " " })
        return "`\(shown)` has no value: a colon is missing, as in "
            + "`\(PolicyError.excerpt(String(first))): \(PolicyError.excerpt(String(rest)))`"
    }

    private mutating func key(_ node: Node) throws(PolicyError) -> String {
        guard case .scalar(let scalar) = node, case .string(let name) = try self.scalar(scalar, node, isKey: true)
        else {
            throw fault(node, "a member's name is not text; put it in quotes")
        }
        guard name != "<<" else { throw fault(node, "merge keys are refused") }
        return name
    }

    private func checkTag(_ tag: Tag, _ node: Node, isKey: Bool = false) throws(PolicyError) {
        // In looking for duplicates the parser has resolved the tags of keys already.
        let allowed = isKey ? ["", "!", "tag:yaml.org,2002:str"] : ["", "!"]
        guard allowed.contains(tag.description) else {
            throw fault(node, "the tag `\(PolicyError.excerpt(tag.description))` is refused")
        }
    }

    private func scalar(_ scalar: Node.Scalar, _ node: Node, isKey: Bool = false) throws(PolicyError) -> JSONValue {
        guard scalar.style == .plain else {
            guard ["", "!", "tag:yaml.org,2002:str"].contains(scalar.tag.description) else {
                throw fault(node, "the tag `\(PolicyError.excerpt(scalar.tag.description))` is refused")
            }
            return .string(scalar.string)
        }
        try checkTag(scalar.tag, node, isKey: isKey)
        switch PlainScalar(scalar.string) {
        case .value(let value): return value
        case .ambiguous(let reading):
            throw fault(
                node,
                "`\(PolicyError.excerpt(scalar.string))` is \(reading) to some readers of YAML and text to others; put it "
                    + "in quotes")
        case .misorderedDate:
            throw fault(
                node,
                "`\(scalar.string)` looks like a date in another order; write a date as 2027-12-31, year first, and "
                    + "what is no date in quotes")
        }
    }

    private func fault(_ node: Node, _ message: String) -> PolicyError {
        PolicyError(.malformedDocument, (node.mark.map { "line \($0.line): " } ?? "") + message)
    }
}

/// What a plain scalar means where every version of YAML agrees.
enum PlainScalar {
    case value(JSONValue)
    case ambiguous(String)
    /// A day, month and year with dots between them, whatever their order.
    case misorderedDate

    init(_ text: String) {
        switch text {
        case "true": self = .value(.bool(true))
        case "false": self = .value(.bool(false))
        case "null": self = .value(.null)
        case "", "~": self = .ambiguous("nothing")
        case "=": self = .ambiguous("a default value")
        default: self = Self.other(text)
        }
    }

    private static func other(_ text: String) -> PlainScalar {
        let lowered = text.lowercased()
        if ["true", "false", "yes", "no", "on", "off", "y", "n"].contains(lowered) {
            return .ambiguous("a truth value")
        }
        if lowered == "null" { return .ambiguous("nothing") }
        let unsigned = lowered.utf8.first.map { $0 == 0x2B || $0 == 0x2D } == true ? lowered.dropFirst() : lowered[...]
        if [".inf", ".nan"].contains(unsigned) { return .ambiguous("a number") }
        guard let first = unsigned.utf8.first, (first >= 0x30 && first <= 0x39) || first == 0x2E else {
            return .value(.string(text))
        }
        if let number = try? JSONValue(parsing: Array(text.utf8)), case .number = number { return .value(number) }
        let lengths = unsigned.split(separator: ".", omittingEmptySubsequences: false).map { part in
            part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? part.utf8.count : 0
        }
        if lengths.count == 3, (1...2).contains(lengths[1]),
            lengths[0] == 4 && (1...2).contains(lengths[2]) || lengths[2] == 4 && (1...2).contains(lengths[0])
        {
            return .misorderedDate
        }
        // Dates and times with a date are text to us and a date to others; what is compared is their text either way.
        let isNumberLike = unsigned.utf8.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x5F || $0 == 0x3A || $0 == 0x65 || $0 == 0x2B
        }
        let isPrefixed = ["0x", "0o", "0b"].contains { unsigned.utf8.starts(with: $0.utf8) }
        return isNumberLike || isPrefixed ? .ambiguous("a number") : .value(.string(text))
    }
}
