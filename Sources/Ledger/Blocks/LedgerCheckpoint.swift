package import CityIdentity
internal import HashTreeCollections
package import TransparencyLog

/// The head of the ledger at the end of a block: the log's size and root, and the root of the state they lead to.
///
/// As a note it has two extension lines after those of the C2SP checkpoint, `state <base64>` and
/// `block <height> <time>`.
package struct LedgerCheckpoint: Sendable, Hashable {
    package let network: String
    package let height: UInt64
    package let size: UInt64
    package let root: Hash
    package let stateRoot: Hash
    package let time: Timestamp

    init(network: String, height: UInt64, size: UInt64, root: Hash, stateRoot: Hash, time: Timestamp) {
        self.network = network
        self.height = height
        self.size = size
        self.root = root
        self.stateRoot = stateRoot
        self.time = time
    }

    /// Reads a checkpoint; that it is signed is another question.
    package init(_ checkpoint: Checkpoint) throws(LedgerError) {
        var lines = checkpoint.extensionLines[...]
        guard let state = lines.popFirst().flatMap({ Self.fields(of: $0, named: "state") }), state.count == 1,
            let stateRoot = Hash(base64: state[0]),
            let block = lines.popFirst().flatMap({ Self.fields(of: $0, named: "block") }), block.count == 2,
            let height = UInt64(block[0]), let time = try? Timestamp(rfc3339: block[1])
        else { throw LedgerError(.malformed, "the checkpoint is not one of a ledger: no `state` and `block` lines") }
        network = checkpoint.origin
        size = checkpoint.size
        root = checkpoint.root
        self.height = height
        self.stateRoot = stateRoot
        self.time = time
    }

    private static func fields(of line: String, named name: String) -> [String]? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        return fields.first == name ? Array(fields.dropFirst()) : nil
    }

    /// The checkpoint as a note by a validator.
    func signed(by signer: NoteSigner) throws(LedgerError) -> SignedNote {
        do {
            let checkpoint = try Checkpoint(
                origin: network, size: size, root: root,
                extensionLines: ["state \(stateRoot.base64)", "block \(height) \(time.rfc3339)"])
            return try checkpoint.signed(by: signer)
        } catch { throw LedgerError(.storage, "the checkpoint cannot be signed", cause: error) }
    }

    /// Verifies a note as a checkpoint of a ledger.
    ///
    /// Throws ``LedgerError`` of code `untrusted` where no key that is trusted signed it, or `malformed`.
    package static func verify(_ note: SignedNote, trusting keys: [NoteVerifierKey]) throws(LedgerError)
        -> LedgerCheckpoint
    {
        guard let origin = keys.first?.name else { throw LedgerError(.untrusted, "no key of the ledger is trusted") }
        do {
            let policy = CheckpointPolicy(origin: origin, logKeys: keys)
            return try LedgerCheckpoint(policy.verify(note).checkpoint)
        } catch let error as LedgerError { throw error } catch {
            throw LedgerError(.untrusted, "the checkpoint is not signed by a trusted key of `\(origin)`", cause: error)
        }
    }
}

extension LedgerState {
    /// The keys whose signatures make checkpoints of this network; by whom they are held was set at its beginning.
    package var validatorKeys: [NoteVerifierKey] {
        guard let network else { return [] }
        return network.validators.compactMap { id in
            guard let key = keys[id], key.publicKey.algorithm == .eddsa else { return nil }
            return try? NoteVerifierKey(name: network.name, type: .ed25519, publicKey: key.publicKey.rawRepresentation)
        }
    }
}
