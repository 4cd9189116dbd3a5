/// The head of a log: which log, how large, with which root (tlog-checkpoint, Note text).
public struct Checkpoint: Sendable, Hashable {
    /// The name of the log; not empty.
    public let origin: String
    /// The number of leaves.
    public let size: UInt64
    /// The root of the tree of that size.
    public let root: Hash
    /// Further lines, not empty and without newlines; what they mean is between log and client.
    public let extensionLines: [String]

    /// Makes a checkpoint; throws `invalidArgument` for an origin or extension line that is not one line of text.
    public init(
        origin: String, size: UInt64, root: Hash, extensionLines: [String] = []
    ) throws(TransparencyLogError) {
        guard ([origin] + extensionLines).allSatisfy({ line in !line.isEmpty && line.utf8.allSatisfy { $0 >= 0x20 } })
        else {
            throw TransparencyLogError(.invalidArgument, "origin and extension lines are lines that are not empty")
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensionLines = extensionLines
    }

    /// Parses the text of a note; throws `malformedCheckpoint`.
    public init(parsing text: [UInt8]) throws(TransparencyLogError) {
        guard SignedNote.isText(text) else {
            throw TransparencyLogError(.malformedCheckpoint, "the checkpoint is not lines of text")
        }
        let lines = text.dropLast().split(separator: .newline, omittingEmptySubsequences: false)
        guard lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }) else {
            throw TransparencyLogError(.malformedCheckpoint, "a checkpoint has three lines or more, none of them empty")
        }
        guard let size = Decimal.parse(lines[1]) else {
            throw TransparencyLogError(.malformedCheckpoint, "the second line is not a size")
        }
        guard let root = Hash(base64: lines[2]) else {
            throw TransparencyLogError(.malformedCheckpoint, "the third line is not a hash")
        }
        self.origin = String(decoding: lines[0], as: UTF8.self)
        self.size = size
        self.root = root
        self.extensionLines = lines.dropFirst(3).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The text that is signed: the lines, each with its newline.
    public var text: [UInt8] {
        let lines = [origin, String(size), root.base64] + extensionLines
        return lines.reduce(into: []) { $0 += [UInt8]($1.utf8) + [.newline] }
    }

    /// The checkpoint as a note signed by the log.
    public func signed(by signer: NoteSigner) throws(TransparencyLogError) -> SignedNote {
        SignedNote(checkedText: text, signatures: [try signer.sign(text)])
    }

    /// Whether both are the same bytes.
    public static func == (one: Checkpoint, other: Checkpoint) -> Bool {
        one.size == other.size && one.root == other.root && one.text == other.text
    }

    /// Hashes what identifies the tree.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}
