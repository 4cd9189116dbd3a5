import StrictJSON

/// What parses is written again to a text that parses to the same value.
enum FuzzJSON {
    static func run(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes) else { return }
        let written = value.bytes
        guard let again = try? JSONValue(parsing: written) else { fatalError("what was written does not parse") }
        precondition(again == value, "what was written parses to another value")
    }
}
