/// The W3C trace context that a request carries: which trace it belongs to, and which step caused it.
struct TraceParent: Hashable, Sendable {
    /// 32 hexadecimal digits.
    let trace: String
    /// 16 hexadecimal digits.
    let parent: String
    /// Two hexadecimal digits.
    let flags: String

    /// Reads version 00 of the field, and what later versions share with it.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32, parts[2].utf8.count == 16,
            parts[3].utf8.count == 2, !parts[0].utf8.elementsEqual("ff".utf8),
            parts.count == 4 || !parts[0].utf8.elementsEqual("00".utf8),
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(Self.isHexDigit) }),
            parts[1].utf8.contains(where: { $0 != 0x30 }), parts[2].utf8.contains(where: { $0 != 0x30 })
        else { return nil }
        self.init(trace: String(parts[1]), parent: String(parts[2]), flags: String(parts[3]))
    }

    init(trace: String, parent: String, flags: String) {
        self.trace = trace
        self.parent = parent
        self.flags = flags
    }

    /// The step that this gateway takes: in the trace of whoever asked, or in a new one.
    static func next(after incoming: String?, using generator: inout some RandomNumberGenerator) -> TraceParent {
        let parent = Self.hex(generator.next() | 1)
        guard let incoming = incoming.flatMap(TraceParent.init) else {
            return TraceParent(
                trace: Self.hex(generator.next() | 1) + Self.hex(generator.next()), parent: parent, flags: "00")
        }
        return TraceParent(trace: incoming.trace, parent: parent, flags: incoming.flags)
    }

    /// The field's value.
    var text: String { "00-\(self.trace)-\(self.parent)-\(self.flags)" }

    private static func hex(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { text in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * place)) & 15
                text[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
            return 16
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
