package import CityIdentity

/// A code or a country's part of one, `MA.156` or `MA.156.1301`, for comparison by segments.
package struct CodePath: Sendable {
    /// The path with the agency first, `MA.156.1301`.
    package let text: String

    package init(_ code: IdentificationCode) { text = code.description }

    private init(checked text: String) { self.text = text }

    /// Parses either form; `nil` where the text is neither a code nor a country.
    package init?(_ text: String) {
        let bytes = text.utf8
        if bytes.starts(with: "did:ma:".utf8) {
            self.init("MA." + String(decoding: bytes.dropFirst(7), as: UTF8.self))
        } else if let code = try? IdentificationCode(text) {
            self.init(code)
        } else if bytes.count == 6, bytes.starts(with: "MA.".utf8),
            bytes.dropFirst(3).allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        {
            self.init(checked: text)
        } else {
            return nil
        }
    }

    /// The path whose DID a name is; `nil` where it is none.
    init?(did name: IRI) {
        guard name.text.utf8.starts(with: "did:ma:".utf8) else { return nil }
        self.init(name.text)
    }

    /// The DIDs of the path and of all above it, up to the country's.
    var dids: [IRI] {
        var dids: [IRI] = []
        var rest = text.dropFirst(3)
        while true {
            dids.append(IRI("did:ma:" + rest))
            guard let point = rest.lastIndex(of: ".") else { return dids }
            rest = rest[..<point]
        }
    }

    /// Whether another path is this one or lies below it; by segments, never by characters.
    package func covers(_ other: CodePath) -> Bool { covers(other.text) }

    /// Whether a code is this path or lies below it.
    package func covers(_ code: IdentificationCode) -> Bool { covers(code.description) }

    private func covers(_ other: String) -> Bool {
        let own = text.utf8
        let theirs = other.utf8
        guard theirs.starts(with: own) else { return false }
        return theirs.count == own.count
            || theirs[theirs.index(theirs.startIndex, offsetBy: own.count)] == UInt8(ascii: ".")
    }
}

extension CodePath: Hashable, CustomStringConvertible {
    // Codes are ASCII, for which `String ==` is equality of bytes.
    package var description: String { text }
}
