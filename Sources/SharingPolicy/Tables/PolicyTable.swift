import StrictJSON

/// Requests with the decisions that are expected of some policies: the tests that stand beside them.
package struct PolicyTable: Sendable {
    /// The files of the policies that are asked together, relative to the table's own.
    package let policies: [String]
    package let tests: [PolicyTest]

    /// The most tests, and policies, of one table.
    package static let maximumTests = 10_000
    package static let maximumPolicies = 64

    /// Reads a table in YAML.
    ///
    /// Throws ``PolicyError`` of code `malformedDocument` that names the line or the test and what was expected there.
    package init(parsing bytes: [UInt8]) throws(PolicyError) {
        guard bytes.count <= Policy.maximumSize else {
            throw PolicyError(
                .malformedDocument, "a table of \(bytes.count) bytes is over the limit of \(Policy.maximumSize)")
        }
        var members = TableMembers(try YAMLDocument.value(of: bytes), at: "the table")
        let files = try members.texts("policies")
        let rows = try members.list("tests")
        try members.finish()
        guard (1...Self.maximumPolicies).contains(files.count) else {
            throw PolicyError(.malformedDocument, "`policies` must name 1 to \(Self.maximumPolicies) files")
        }
        guard (1...Self.maximumTests).contains(rows.count) else {
            throw PolicyError(.malformedDocument, "`tests` must hold 1 to \(Self.maximumTests) tests")
        }
        policies = files
        var tests: [PolicyTest] = []
        for (number, row) in rows.enumerated() { tests.append(try PolicyTest(row, number: number + 1)) }
        self.tests = tests
    }

    /// Asks the policies everything.
    package func run(_ policies: PolicySet) -> [PolicyTestResult] {
        tests.map { PolicyTestResult($0, $0.decision(of: policies)) }
    }
}

/// Reads a mapping's members, none of which may be left over.
struct TableMembers {
    private var members: JSONObject
    private let place: String
    private var isObject = true

    init(_ value: JSONValue, at place: String) {
        members = value.object ?? JSONObject()
        isObject = value.object != nil
        self.place = place
    }

    func fault(_ message: String) -> PolicyError { PolicyError(.malformedDocument, "\(place): \(message)") }

    mutating func take(_ name: String) -> JSONValue? {
        defer { members[name] = nil }
        return members[name]
    }

    mutating func required(_ name: String) throws(PolicyError) -> JSONValue {
        guard isObject else { throw fault("expected members and their values") }
        guard let value = take(name) else { throw fault("`\(name)` is missing") }
        return value
    }

    mutating func text(_ name: String) throws(PolicyError) -> String? {
        guard let value = take(name), value != .null else { return nil }
        guard let text = value.string else { throw fault("`\(name)` must be text") }
        return text
    }

    mutating func requiredText(_ name: String) throws(PolicyError) -> String {
        guard let text = try required(name).string else { throw fault("`\(name)` must be text") }
        return text
    }

    mutating func number(_ name: String) throws(PolicyError) -> Int? {
        guard let value = take(name) else { return nil }
        guard let number = value.int, number >= 0 else { throw fault("`\(name)` must be a whole number from 0 on") }
        return number
    }

    mutating func list(_ name: String) throws(PolicyError) -> [JSONValue] {
        guard let list = try required(name).array else { throw fault("`\(name)` must be a list") }
        return list
    }

    mutating func texts(_ name: String) throws(PolicyError) -> [String] {
        let list = try list(name)
        let texts = list.compactMap(\.string)
        guard texts.count == list.count else { throw fault("`\(name)` must be a list of texts") }
        return texts
    }

    mutating func optionalTexts(_ name: String) throws(PolicyError) -> [String]? {
        members[name] == nil ? nil : try texts(name)
    }

    /// Everything that has not been taken.
    var rest: [(name: String, value: JSONValue)] { members.members.map { ($0.name, $0.value) } }

    func finish() throws(PolicyError) {
        guard isObject else { throw fault("expected members and their values") }
        guard let extra = members.members.first else { return }
        throw fault("`\(PolicyError.excerpt(extra.name))` is not known here")
    }
}
