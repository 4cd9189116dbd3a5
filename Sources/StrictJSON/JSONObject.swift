/// The members of a JSON object in the order of the text; names are compared byte by byte.
///
/// `String ==` is canonical equivalence, by which two different names could be one; names here are equal only when
/// their UTF-8 is.
package struct JSONObject: Sendable {
    package typealias Member = (name: String, value: JSONValue)

    /// The members in order; no two have one name.
    package private(set) var members: [Member]

    /// Above this many members a lookup goes through `positions` rather than along the list.
    private static let linear = 12
    private var positions: [[UInt8]: Int] = [:]

    package init() { self.members = [] }

    /// Makes an object of members; of two with one name the later stands, in the place of the earlier.
    package init(_ members: [(String, JSONValue)]) {
        self.members = []
        self.members.reserveCapacity(members.count)
        for (name, value) in members { self[name] = value }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }

    /// The names in order.
    package var names: [String] { members.map(\.name) }

    /// The value of the member of that name; setting appends, replaces in place, or with `nil` removes.
    package subscript(_ name: String) -> JSONValue? {
        get { index(of: name).map { members[$0].value } }
        set {
            switch (index(of: name), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil):
                members.remove(at: index)
                rebuildPositions()
            case (nil, let value?): append(name, value)
            case (nil, nil): break
            }
        }
    }

    /// Appends a member unless one of that name is there; says whether it did.
    mutating func insert(_ name: String, _ value: JSONValue) -> Bool {
        guard index(of: name) == nil else { return false }
        append(name, value)
        return true
    }

    private mutating func append(_ name: String, _ value: JSONValue) {
        members.append((name, value))
        if members.count == Self.linear + 1 {
            rebuildPositions()
        } else if members.count > Self.linear {
            positions[Array(name.utf8)] = members.count - 1
        }
    }

    private mutating func rebuildPositions() {
        positions.removeAll(keepingCapacity: true)
        guard members.count > Self.linear else { return }
        for (index, member) in members.enumerated() { positions[Array(member.name.utf8)] = index }
    }

    private func index(of name: String) -> Int? {
        if members.count > Self.linear { return positions[Array(name.utf8)] }
        return members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }
}

extension JSONObject: Hashable {
    /// Whether both hold the same members in the same order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy {
                $0.name.utf8.elementsEqual($1.name.utf8) && $0.value == $1.value
            }
    }

    package func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.name)
            hasher.combine(member.value)
        }
    }
}
