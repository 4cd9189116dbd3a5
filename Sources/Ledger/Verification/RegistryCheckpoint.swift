package import CityIdentity
internal import StrictJSON
package import TransparencyLog

/// Identities and keys, and anchors of receipt logs, as they stood at one checkpoint, each with a proof: a file to check
/// codes and receipts with where there is no network.
///
/// Nothing in it is to be believed before ``verified(trusting:)``.
package struct RegistryCheckpoint: Sendable, Hashable {
    /// The checkpoint's signed note.
    package let checkpoint: SignedNote
    let entries: [Entry]

    /// What stands under a key of the state, or that nothing does.
    struct Entry: Sendable, Hashable {
        let key: String
        let value: [UInt8]?
        let proof: StateProof
    }

    static let format = "hansa-registry-checkpoint/1"

    /// What a bundle may be at most; of a network of some ten thousand nodes it is less.
    private static let limits = JSONLimits(size: 64 << 20, depth: 8, values: 4_000_000)
}

extension LedgerView {
    /// The bundle of these codes, or of all: the codes, what stands above them, and every key of theirs; and of what was
    /// anchored last of these receipt logs.
    package func registryCheckpoint(
        of codes: [IdentificationCode]? = nil, anchorsOf origins: [String] = []
    ) throws(LedgerError) -> RegistryCheckpoint {
        var keys: [StateKey] = []
        var seen: Set<IdentificationCode> = []
        for code in codes ?? identities.map(\.code) {
            for node in [code] + superiors(of: code) where seen.insert(node).inserted {
                keys.append(.identity(node))
                keys += (identity(node)?.keys ?? []).map(StateKey.key)
            }
        }
        keys += origins.map(StateKey.anchor)
        do {
            let note = try SignedNote(parsing: checkpoint)
            return RegistryCheckpoint(
                checkpoint: note,
                entries: keys.map { key in
                    .init(key: key.text, value: state.value(of: key), proof: state.tree.proof(of: key.text))
                })
        } catch { throw LedgerError(.corrupted, "the ledger's own checkpoint is not a note", cause: error) }
    }
}

// MARK: - JSON

extension RegistryCheckpoint {
    /// The bundle as it is stored and handed on.
    package var bytes: [UInt8] {
        let value: JSONValue = [
            "format": JSONValue(Self.format),
            "checkpoint": JSONValue(String(decoding: checkpoint.bytes, as: UTF8.self)),
            "entries": JSONValue(entries.map(\.json)),
        ]
        return value.bytes
    }

    /// Parses a bundle.
    ///
    /// Throws ``LedgerError`` of code `malformed`.
    package init(parsing bytes: [UInt8]) throws(LedgerError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes, limits: Self.limits) } catch {
            throw LedgerError(.malformed, "the registry checkpoint is not JSON", cause: error)
        }
        var reader = try MemberReader(value, at: "registry")
        guard try reader.string("format") == Self.format else {
            throw reader.fault("format", "is not `\(Self.format)`")
        }
        let note = try reader.string("checkpoint", limit: 1 << 16)
        do { checkpoint = try SignedNote(parsing: Array(note.utf8)) } catch {
            throw reader.fault("checkpoint", "is not a signed note", cause: error)
        }
        var entries: [Entry] = []
        for element in try reader.array("entries", limit: 1_000_000) { entries.append(try Entry(json: element)) }
        self.entries = entries
        try reader.finish()
    }
}

extension RegistryCheckpoint.Entry {
    var json: JSONValue {
        [
            "key": JSONValue(key), "value": value.map { JSONValue(String(decoding: $0, as: UTF8.self)) } ?? nil,
            "proof": proof.json,
        ]
    }

    init(json: JSONValue) throws(LedgerError) {
        var reader = try MemberReader(json, at: "entry")
        key = try reader.string("key")
        let value = try reader.value("value")
        if value.isNull {
            self.value = nil
        } else {
            guard let text = value.string else { throw reader.fault("value", "must be a string or null") }
            self.value = Array(text.utf8)
        }
        proof = try StateProof(json: reader.value("proof"), at: "entry.proof")
        try reader.finish()
    }
}
