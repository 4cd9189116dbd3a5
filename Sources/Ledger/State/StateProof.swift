internal import StrictJSON
package import TransparencyLog

/// What proves an entry of the state, or that there is none, to someone who has only the state's root.
package struct StateProof: Sendable, Hashable {
    /// The hashes beside the way to the entry's place, the root's side first.
    package let siblings: [Hash]
    /// The entry that stands where the one asked for would; absence is proven by it, or by an empty place.
    package let other: Other?

    package struct Other: Sendable, Hashable {
        let place: Hash
        let value: Hash
    }

    /// Whether the value stands under the key in the state of that root; with `nil`, whether nothing does.
    package func proves(_ value: [UInt8]?, under key: String, in root: Hash) -> Bool {
        guard siblings.count <= 256 else { return false }
        let place = StateTree.place(of: key)
        var hash: Hash
        switch (value, other) {
        case (let value?, nil): hash = StateTree.entryHash(place: place, value: StateTree.valueHash(value))
        case (nil, nil): hash = StateTree.emptyHash
        case (nil, let other?):
            guard other.place != place, other.place.sharesPrefix(with: place, bits: siblings.count) else {
                return false
            }
            hash = StateTree.entryHash(place: other.place, value: other.value)
        case (.some, .some): return false
        }
        for (depth, sibling) in siblings.enumerated().reversed() {
            hash = place.bit(depth) ? MerkleTree.nodeHash(sibling, hash) : MerkleTree.nodeHash(hash, sibling)
        }
        return hash == root
    }
}

extension Hash {
    fileprivate func sharesPrefix(with other: Hash, bits: Int) -> Bool {
        (0..<bits).allSatisfy { bit($0) == other.bit($0) }
    }
}

// MARK: - JSON

extension StateProof {
    var json: JSONValue {
        var members: [(String, JSONValue)] = [("siblings", JSONValue(siblings.map { JSONValue($0.base64) }))]
        if let other {
            members.append(("other", ["place": JSONValue(other.place.base64), "value": JSONValue(other.value.base64)]))
        }
        return JSONValue(members)
    }

    init(json: JSONValue, at path: String) throws(LedgerError) {
        var reader = try MemberReader(json, at: path)
        siblings = try reader.hashes("siblings", limit: 256)
        if let value = reader.optional("other") {
            var entry = try MemberReader(value, at: reader.path(of: "other"))
            other = Other(place: try entry.hash("place"), value: try entry.hash("value"))
            try entry.finish()
        } else {
            other = nil
        }
        try reader.finish()
    }
}
