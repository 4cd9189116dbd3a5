import CityIdentity

/// A time that parses is written to a text that parses to the same moment.
enum FuzzTimestamp {
    static func run(_ bytes: [UInt8]) {
        guard let time = try? Timestamp(rfc3339: String(decoding: bytes, as: UTF8.self)) else { return }
        precondition((try? Timestamp(rfc3339: time.rfc3339)) == time, "a time comes back as another")
    }
}
