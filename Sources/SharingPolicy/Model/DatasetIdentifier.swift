package import CityIdentity

/// The name of a dataset: its provider's code and a name of the provider's choosing, `MA.156.1301/air-quality`.
package struct DatasetIdentifier: Sendable {
    package let provider: IdentificationCode

    /// The name without the code: 1 to 64 of lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
    package let name: String

    /// The URI form policies name a dataset by, `did:ma:156.1301/air-quality`.
    package let iri: IRI

    /// Makes an identifier of its two parts.
    ///
    /// Throws ``PolicyError`` of code `malformedDataset`.
    package init(provider: IdentificationCode, name: String) throws(PolicyError) {
        guard Self.isName(name) else {
            throw PolicyError(
                .malformedDataset,
                "`\(PolicyError.excerpt(name))` is not a dataset's name: expected 1 to 64 of a-z, 0-9, `-`, `_`, `.`")
        }
        self.provider = provider
        self.name = name
        self.iri = IRI(provider.did + "/" + name)
    }

    /// Parses either form, `MA.156.1301/air-quality` or `did:ma:156.1301/air-quality`.
    ///
    /// Throws ``PolicyError`` of code `malformedDataset`.
    package init(_ text: String) throws(PolicyError) {
        let bytes = text.utf8
        guard bytes.count <= 256, let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
            throw PolicyError(
                .malformedDataset,
                "`\(PolicyError.excerpt(text))` is not a dataset: expected a code, `/` and a name, as in "
                    + "`MA.156.1301/air-quality`")
        }
        let code = String(text[..<slash])
        let provider: IdentificationCode
        do {
            provider =
                try code.utf8.starts(with: "did:".utf8) ? IdentificationCode(did: code) : IdentificationCode(code)
        } catch {
            throw PolicyError(
                .malformedDataset, "`\(PolicyError.excerpt(text))` is not a dataset: \(error)", cause: error)
        }
        try self.init(provider: provider, name: String(text[text.index(after: slash)...]))
    }

    static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        let isWordByte = { (byte: UInt8) in
            (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || (byte >= 0x30 && byte <= 0x39)
        }
        guard let first = bytes.first, isWordByte(first), bytes.count <= 64 else { return false }
        return bytes.allSatisfy { isWordByte($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }
}

extension DatasetIdentifier: Hashable, Comparable, CustomStringConvertible {
    package static func == (left: DatasetIdentifier, right: DatasetIdentifier) -> Bool { left.iri == right.iri }

    package func hash(into hasher: inout Hasher) { hasher.combine(iri) }

    package static func < (left: DatasetIdentifier, right: DatasetIdentifier) -> Bool {
        (left.provider, left.name) < (right.provider, right.name)
    }

    /// The short form, `MA.156.1301/air-quality`.
    package var description: String { "\(provider)/\(name)" }
}
