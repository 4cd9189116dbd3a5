/// Remembers the lists of covered components that stood in Signature-Input last.
///
/// Every signature has parameters of its own, but nearly all of one sender cover the same components: what stands in
/// parentheses is the same, byte by byte, and is then neither parsed nor checked again. The parameters behind it always are.
///
/// Bounded: `capacity` lists of at most `longestText` bytes. A list that is new takes the place of the one that was kept the
/// longest, so whoever sends ever new ones costs others no more than that theirs are parsed again. Faulty lists are not kept.
public struct SignatureInputCache: Sendable {
    private struct Entry: Sendable {
        /// From one parenthesis to the other.
        let text: [UInt8]
        /// How many elements of a structured field it is.
        let elements: Int
        let components: CoveredComponents
    }

    static let capacity = 16
    /// In bytes; with one that is longer, parsing is the least.
    static let longestText = 512

    private let capacity: Int
    private var entries: [Entry] = []
    /// Which entry was kept the longest.
    private var oldest = 0

    /// An empty cache.
    public init() { self.init(capacity: Self.capacity) }

    init(capacity: Int) { self.capacity = capacity }

    /// What is kept, in no order.
    var texts: [[UInt8]] { entries.map(\.text) }

    /// The components of the inner list at which a parser stands; the parser goes on behind them.
    ///
    /// An inner list ends at its own parenthesis whatever follows, so that a text that was one is the same one wherever it
    /// stands.
    mutating func components(
        at parser: inout StructuredFieldParser
    ) throws(StructuredFieldError) -> Result<CoveredComponents, MessageSignatureError> {
        for entry in entries where parser.skip(entry.text, elements: entry.elements) {
            return .success(entry.components)
        }
        let (start, elements) = (parser.position, parser.elements)
        let items = try parser.items()
        let components: CoveredComponents
        do { components = try CoveredComponents(items) } catch { return .failure(error) }
        let text = parser.text(from: start)
        if capacity > 0, text.count <= Self.longestText {
            keep(Entry(text: Array(text), elements: parser.elements - elements, components: components))
        }
        return .success(components)
    }

    private mutating func keep(_ entry: Entry) {
        guard entries.count >= capacity else { return entries.append(entry) }
        entries[oldest] = entry
        oldest = (oldest + 1) % capacity
    }
}
