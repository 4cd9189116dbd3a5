/// The name of a key: its owner's code and a name of the owner's choosing, `MA.156.1301#exchange-1`.
package struct KeyIdentifier: Sendable, Hashable {
    /// The owner.
    package let code: IdentificationCode

    /// The name within the owner's keys: lower-case letters, digits and hyphens, 1 to 32, none of the ends a hyphen.
    package let name: String

    /// The most bytes of a name.
    package static let maximumNameLength = 32

    /// Names a key of an owner.
    ///
    /// Throws ``IdentityError`` of code `malformedKeyIdentifier`.
    package init(code: IdentificationCode, name: String) throws(IdentityError) {
        guard Self.isName(name.utf8) else {
            throw IdentityError(
                .malformedKeyIdentifier,
                "the key name \(IdentityError.quote(name)) must be 1 to 32 lower-case letters, digits and inner hyphens"
            )
        }
        self.code = code
        self.name = name
    }

    /// Parses `MA.156.1301#exchange-1`.
    package init(_ text: String) throws(IdentityError) {
        let (code, name) = try Self.split(text)
        try self.init(code: try IdentificationCode(code), name: name)
    }

    /// Parses the DID URL form, `did:ma:156.1301#exchange-1`.
    package init(did text: String) throws(IdentityError) {
        let (did, name) = try Self.split(text)
        try self.init(code: try IdentificationCode(did: did), name: name)
    }

    private static func split(_ text: String) throws(IdentityError) -> (String, String) {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "#")) else {
            throw IdentityError(.malformedKeyIdentifier, "\(IdentityError.quote(text)) names no key after `#`")
        }
        return (String(text[..<mark]), String(text[text.utf8.index(after: mark)...]))
    }

    private static func isName(_ name: String.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard (1...maximumNameLength).contains(name.count), name.first != hyphen, name.last != hyphen else {
            return false
        }
        return name.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == hyphen }
    }

    /// The DID URL form, as DID documents name verification methods.
    package var did: String { "\(code.did)#\(name)" }
}

extension KeyIdentifier: CustomStringConvertible, Comparable {
    package var description: String { "\(code.description)#\(name)" }

    package static func < (left: KeyIdentifier, right: KeyIdentifier) -> Bool {
        left.code == right.code
            ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : left.code < right.code
    }
}
