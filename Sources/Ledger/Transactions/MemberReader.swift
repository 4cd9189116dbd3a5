internal import CityIdentity
internal import StrictJSON

/// Takes the members of one JSON object one after the other and refuses what is left over.
///
/// Every fault names the member by its path, so that whoever wrote the document finds the place.
struct MemberReader {
    private let path: String
    private let object: JSONObject
    private var taken: [String] = []

    init(_ value: JSONValue, at path: String) throws(LedgerError) {
        guard let object = value.object else {
            throw LedgerError(.malformed, "`\(path)` must be an object, not \(value.kind)")
        }
        self.path = path
        self.object = object
    }

    func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    func fault(_ name: String, _ problem: String, cause: (any Error)? = nil) -> LedgerError {
        LedgerError(.malformed, "`\(path(of: name))` \(problem)", cause: cause)
    }

    /// The value of a member that may be absent.
    mutating func optional(_ name: String) -> JSONValue? {
        taken.append(name)
        return object[name]
    }

    mutating func value(_ name: String) throws(LedgerError) -> JSONValue {
        guard let value = optional(name) else { throw fault(name, "is missing") }
        return value
    }

    mutating func string(_ name: String, limit: Int = 1_024) throws(LedgerError) -> String {
        try Self.text(value(name), limit: limit, at: path(of: name))
    }

    mutating func optionalString(_ name: String, limit: Int = 1_024) throws(LedgerError) -> String? {
        guard let value = optional(name) else { return nil }
        return try Self.text(value, limit: limit, at: path(of: name))
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(LedgerError) -> Int {
        let value = try value(name)
        guard let number = value.int, range.contains(number) else {
            throw fault(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func array(_ name: String, limit: Int) throws(LedgerError) -> [JSONValue] {
        let value = try value(name)
        guard let elements = value.array else { throw fault(name, "must be an array, not \(value.kind)") }
        guard elements.count <= limit else { throw fault(name, "has more than \(limit) elements") }
        return elements
    }

    mutating func strings(_ name: String, limit: Int, length: Int = 256) throws(LedgerError) -> [String] {
        var texts: [String] = []
        for element in try array(name, limit: limit) {
            texts.append(try Self.text(element, limit: length, at: path(of: name)))
        }
        return texts
    }

    mutating func code(_ name: String) throws(LedgerError) -> IdentificationCode {
        let text = try string(name)
        do { return try IdentificationCode(text) } catch {
            throw fault(name, "is not an identification code", cause: error)
        }
    }

    mutating func keyIdentifier(_ name: String) throws(LedgerError) -> KeyIdentifier {
        try Self.keyIdentifier(string(name), at: path(of: name))
    }

    mutating func timestamp(_ name: String) throws(LedgerError) -> Timestamp {
        let text = try string(name)
        do { return try Timestamp(rfc3339: text) } catch { throw fault(name, "is not an RFC 3339 time", cause: error) }
    }

    /// Refuses members nobody asked for: a misspelt one must not be silently without effect.
    func finish() throws(LedgerError) {
        // By bytes: a name that Unicode takes for another's equal is not that name.
        for name in object.names where !taken.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            throw fault(name, "is not a member of this object")
        }
    }

    static func keyIdentifier(_ text: String, at path: String) throws(LedgerError) -> KeyIdentifier {
        do { return try KeyIdentifier(text) } catch {
            throw LedgerError(.malformed, "`\(path)` is not a key identifier", cause: error)
        }
    }

    private static func text(_ value: JSONValue, limit: Int, at path: String) throws(LedgerError) -> String {
        guard let text = value.string else {
            throw LedgerError(.malformed, "`\(path)` must be a string, not \(value.kind)")
        }
        guard text.utf8.count <= limit else { throw LedgerError(.malformed, "`\(path)` is over \(limit) bytes") }
        return text
    }
}
