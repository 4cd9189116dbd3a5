/// What a row shows in the fields in which rows must be alike: the bytes that go out of each.
struct RowKey {
    private enum Value {
        /// The row has no such field.
        case missing
        /// It has, and nothing of it goes out.
        case removed
        /// What goes out of it, as a range of the row's text; its end is not known while it is read.
        case shown(Range<Int>)
    }

    private var values: [Value]

    /// The fields that some row has.
    private var found: [Bool]
    private var rows = 0

    /// - Parameter count: how many fields there are.
    init(count: Int) {
        values = Array(repeating: .missing, count: count)
        found = Array(repeating: false, count: count)
    }

    /// Another row begins.
    mutating func beginRow() {
        rows += 1
        for index in values.indices { values[index] = .missing }
    }

    /// A field begins whose value is shown from a place of the row's text on, or not at all.
    mutating func begin(_ field: Int, at start: Int?) {
        found[field] = true
        values[field] = start.map { .shown($0..<$0) } ?? .removed
    }

    mutating func end(_ field: Int, at end: Int) {
        if case .shown(let range) = values[field] { values[field] = .shown(range.lowerBound..<end) }
    }

    /// The key of the row with that text; `nil` where it lacks one of the fields.
    func key(of text: [UInt8]) -> [UInt8]? {
        var key: [UInt8] = []
        for value in values {
            switch value {
            case .missing: return nil
            case .removed: Self.append([], to: &key)
            case .shown(let range): Self.append(text[range], to: &key)
            }
        }
        return key
    }

    /// The place of a field that no row has, where there are rows.
    var lacking: Int? { rows == 0 ? nil : found.firstIndex(of: false) }

    /// Appends a value so that no other values make the same key.
    static func append(_ value: some Collection<UInt8>, to key: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value.count).littleEndian) { key.append(contentsOf: $0) }
        key.append(contentsOf: value)
    }
}
