/// The components that one signature covers, in their order: what stands in parentheses in Signature-Input (RFC 9421
/// section 2.3).
struct CoveredComponents: Sendable, Hashable {
    /// How many there may be.
    static let limit = 64

    /// No two are equal.
    let list: [ComponentIdentifier]
    /// As they stand in `@signature-params`, with the parentheses.
    let serialized: [UInt8]

    /// Throws `duplicateComponent` for a component given twice, and `invalidComponent` for more than `limit`.
    init(_ list: [ComponentIdentifier]) throws(MessageSignatureError) {
        guard list.count <= Self.limit else {
            throw MessageSignatureError(
                code: .invalidComponent, message: "more than \(Self.limit) components are covered")
        }
        for (index, component) in list.enumerated() where list[..<index].contains(component) {
            throw MessageSignatureError(code: .duplicateComponent, message: "`\(component)` is covered twice")
        }
        self.list = list
        var buffer: [UInt8] = []
        buffer.reserveCapacity(128)
        buffer.append(UInt8(ascii: "("))
        for (index, component) in list.enumerated() {
            if index > 0 { buffer.append(0x20) }
            buffer.append(contentsOf: component.serialized)
        }
        buffer.append(UInt8(ascii: ")"))
        serialized = buffer
    }

    /// Throws what `ComponentIdentifier` throws besides.
    init(_ items: [StructuredItem]) throws(MessageSignatureError) {
        var list: [ComponentIdentifier] = []
        for item in items { list.append(try ComponentIdentifier(item)) }
        try self.init(list)
    }
}
