import BaseEncodings
import CityIdentity
import StrictJSON

/// The members of one JSON object, taken one by one; what is left over at the end was not expected.
struct JSONMembers {
    private let object: JSONObject
    private let place: String
    private var taken = 0

    /// Opens an object; `place` names it in messages.
    init(_ value: JSONValue, _ place: String) throws(ReceiptError) {
        guard let object = value.object else {
            throw ReceiptError(.malformed, "\(place) is of kind \(value.kind), expected an object")
        }
        self.object = object
        self.place = place
    }

    /// The member of that name, which may be absent but not `null`.
    mutating func optional(_ name: String) -> JSONValue? {
        guard let value = object[name] else { return nil }
        taken += 1
        return value
    }

    func has(_ name: String) -> Bool { object[name] != nil }

    mutating func required(_ name: String) throws(ReceiptError) -> JSONValue {
        guard let value = optional(name) else { throw ReceiptError(.malformed, "\(place) lacks `\(name)`") }
        return value
    }

    mutating func optionalString(_ name: String) throws(ReceiptError) -> String? {
        guard let value = optional(name) else { return nil }
        guard let string = value.string else { throw fault(name, "a string") }
        return string
    }

    mutating func string(_ name: String) throws(ReceiptError) -> String {
        guard let string = try optionalString(name) else {
            throw ReceiptError(.malformed, "\(place) lacks `\(name)`")
        }
        return string
    }

    mutating func strings(_ name: String) throws(ReceiptError) -> [String] {
        guard let value = optional(name) else { return [] }
        guard let array = value.array else { throw fault(name, "an array of strings") }
        var strings: [String] = []
        for element in array {
            guard let string = element.string else { throw fault(name, "an array of strings") }
            strings.append(string)
        }
        return strings
    }

    mutating func unsigned(_ name: String) throws(ReceiptError) -> UInt64 {
        guard case .number(let number) = try required(name), let value = number.uint64 else {
            throw fault(name, "a non-negative integer")
        }
        return value
    }

    /// Bytes in base 64, of that many where a count is given.
    mutating func base64(_ name: String, count: Int? = nil) throws(ReceiptError) -> [UInt8] {
        guard let bytes = BaseEncoding.base64.decode(Array(try string(name).utf8)), count == nil || bytes.count == count
        else {
            throw fault(name, count.map { "\($0) bytes in base 64" } ?? "base 64")
        }
        return bytes
    }

    mutating func time(_ name: String) throws(ReceiptError) -> Timestamp {
        guard let time = try? Timestamp(rfc3339: try string(name)) else { throw fault(name, "a time of RFC 3339") }
        return time
    }

    mutating func code(_ name: String) throws(ReceiptError) -> IdentificationCode {
        guard let code = try? IdentificationCode(try string(name)) else { throw fault(name, "an identification code") }
        return code
    }

    /// Refuses members that nobody took.
    func finish() throws(ReceiptError) {
        guard taken == object.count else { throw ReceiptError(.malformed, "\(place) has a member that is not known") }
    }

    func fault(_ name: String, _ expected: String) -> ReceiptError {
        ReceiptError(.malformed, "`\(name)` of \(place) is not \(expected)")
    }
}
