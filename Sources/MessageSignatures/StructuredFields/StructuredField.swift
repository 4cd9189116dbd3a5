/// A bare item (RFC 9651 section 3.3).
enum BareItem: Hashable, Sendable {
    case integer(Int64)
    /// Thousandths, since a decimal has at most three fractional digits.
    case decimal(Int64)
    case string(String)
    case token(String)
    case bytes([UInt8])
    case boolean(Bool)
    case date(Int64)
    case displayString(String)
}

/// Parameters in order; no two have one key (RFC 9651 section 3.1.2).
///
/// Keys are ASCII, of which no two texts are canonically equivalent: comparing them as strings compares their bytes.
struct StructuredParameters: Hashable, Sendable {
    struct Parameter: Hashable, Sendable {
        let key: String
        var value: BareItem
    }

    private(set) var list: [Parameter] = []

    var isEmpty: Bool { list.isEmpty }

    subscript(key: String) -> BareItem? {
        list.first { $0.key == key }?.value
    }

    /// Appends, or overwrites in place; says whether the key was new.
    mutating func set(_ key: String, _ value: BareItem) -> Bool {
        if let index = list.firstIndex(where: { $0.key == key }) {
            list[index].value = value
            return false
        }
        list.append(Parameter(key: key, value: value))
        return true
    }
}

/// An item with its parameters (RFC 9651 section 3.3).
struct StructuredItem: Hashable, Sendable {
    var value: BareItem
    var parameters = StructuredParameters()
}

/// Items in parentheses (RFC 9651 section 3.1.1).
struct StructuredInnerList: Hashable, Sendable {
    var items: [StructuredItem]
    var parameters = StructuredParameters()
}

/// What stands in a list or behind a key of a dictionary.
enum StructuredMember: Hashable, Sendable {
    case item(StructuredItem)
    case innerList(StructuredInnerList)
}

/// A dictionary in order; no two members have one key (RFC 9651 section 3.2).
typealias StructuredDictionary = OrderedMembers<StructuredMember>

/// What a reader makes of a dictionary's members, in their order and each under a key of its own.
///
/// Keys are ASCII here too.
struct OrderedMembers<Value: Sendable>: Sendable {
    struct Member: Sendable {
        let key: String
        var value: Value
    }

    private(set) var members: [Member] = []

    subscript(key: String) -> Value? {
        members.first { $0.key == key }?.value
    }

    /// Appends, or overwrites in place; says whether the key was new.
    mutating func set(_ key: String, _ value: Value) -> Bool {
        if let index = members.firstIndex(where: { $0.key == key }) {
            members[index].value = value
            return false
        }
        members.append(Member(key: key, value: value))
        return true
    }
}

extension OrderedMembers: Hashable, Equatable where Value: Hashable {}
extension OrderedMembers.Member: Hashable, Equatable where Value: Hashable {}

/// Why a structured field was refused.
struct StructuredFieldError: Error, Hashable {
    enum Kind: Hashable { case syntax, tooLarge, duplicateKey, duplicateParameter }

    let kind: Kind
    /// Where in the combined field value, in bytes.
    let offset: Int
    /// The key or parameter that appears twice.
    var name = ""
}
