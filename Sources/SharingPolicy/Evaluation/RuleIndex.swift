import CityIdentity

/// The rules of one kind in a set of policies, and which of them may be about who asks.
///
/// A rule whose assignees are codes, all of them, is about nobody outside these: for a consumer with a code it is found by
/// that code and those above it, and rules about others cost nothing. All other rules may be about anybody, as may those of
/// a document that says who belongs to what: a code may name a collection.
struct RuleIndex: Sendable {
    let scopes: [Evaluation.Scope]

    /// Places in ``scopes`` of the rules that may be about anybody, in order.
    private let open: [Int]

    /// Keys of codes with the places of the rules that are for them, by key.
    private let named: [(key: CodeKey, place: Int)]

    init(_ scopes: [Evaluation.Scope]) {
        var open: [Int] = []
        var named: [(key: CodeKey, place: Int)] = []
        for (place, scope) in scopes.enumerated() {
            let codes = scope.assignees.compactMap(\.code)
            if codes.isEmpty || codes.count < scope.assignees.count || scope.hasMemberships {
                open.append(place)
            } else {
                named += codes.map { (CodeKey($0.text), place) }
            }
        }
        self.scopes = scopes
        self.open = open
        self.named = named.sorted { $0.key < $1.key }
    }

    /// The rules for which something holds, in order; it is not asked of rules that are not about who asks.
    func filter(
        for request: AccessRequest, _ state: EvaluationState, where isWanted: (Evaluation.Scope) -> Bool
    ) -> [Evaluation.Scope] {
        guard let consumer = request.consumer, !named.isEmpty, state.memberships.isEmpty else {
            return scopes.filter(isWanted)
        }
        var places = open
        CodeKey.forEach(above: consumer) { key in
            var place = firstPlace(of: key)
            while place < named.count, named[place].key == key {
                places.append(named[place].place)
                place += 1
            }
        }
        if places.count > 1 { places.sort() }
        var wanted: [Evaluation.Scope] = []
        var last = -1
        for place in places where place != last {
            last = place
            let scope = scopes[place]
            if isWanted(scope) { wanted.append(scope) }
        }
        return wanted
    }

    private func firstPlace(of key: CodeKey) -> Int {
        var (low, high) = (0, named.count)
        while low < high {
            let middle = (low + high) / 2
            if named[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A number that stands for a code or country: the same for the same one, and only seldom for another (FNV-1a).
struct CodeKey: Sendable, Comparable {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The key of a path with the agency first, `MA.156.1301`.
    init(_ path: String) {
        for byte in path.utf8 { add(byte) }
    }

    private init() {}

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// Goes through the keys of a code and all that is above it, from the agency on.
    static func forEach(above code: IdentificationCode, _ body: (CodeKey) -> Void) {
        var key = CodeKey()
        for byte in code.description.utf8 {
            if byte == UInt8(ascii: ".") { body(key) }
            key.add(byte)
        }
        body(key)
    }

    static func < (left: CodeKey, right: CodeKey) -> Bool { left.value < right.value }
}
