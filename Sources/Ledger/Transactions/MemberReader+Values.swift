internal import CityIdentity
internal import SharingPolicy
internal import StrictJSON
internal import TransparencyLog

extension MemberReader {
    mutating func unsigned(_ name: String) throws(LedgerError) -> UInt64 {
        guard case .number(let number) = try value(name), let integer = number.uint64 else {
            throw fault(name, "must be a whole number of at most 64 bits")
        }
        return integer
    }

    mutating func codes(_ name: String, limit: Int) throws(LedgerError) -> [IdentificationCode] {
        var codes: [IdentificationCode] = []
        for text in try strings(name, limit: limit) {
            do { codes.append(try IdentificationCode(text)) } catch {
                throw fault(name, "has an element that is not an identification code", cause: error)
            }
        }
        return codes
    }

    mutating func keyIdentifiers(_ name: String, limit: Int) throws(LedgerError) -> [KeyIdentifier] {
        var identifiers: [KeyIdentifier] = []
        for text in try strings(name, limit: limit) {
            identifiers.append(try Self.keyIdentifier(text, at: path(of: name)))
        }
        return identifiers
    }

    mutating func keyDeclaration(_ value: JSONValue, _ name: String) throws(LedgerError) -> KeyDeclaration {
        do { return try KeyDeclaration(json: value) } catch {
            throw fault(name, "is not a key declaration", cause: error)
        }
    }

    mutating func datasetIdentifier(_ name: String) throws(LedgerError) -> DatasetIdentifier {
        let text = try string(name)
        do { return try DatasetIdentifier(text) } catch {
            throw fault(name, "is not a dataset's identifier", cause: error)
        }
    }

    mutating func policyHash(_ name: String) throws(LedgerError) -> PolicyHash {
        let text = try string(name)
        guard let hash = PolicyHash(text) else { throw fault(name, "is not 64 lower-case hexadecimal digits") }
        return hash
    }

    mutating func optionalPolicyHash(_ name: String) throws(LedgerError) -> PolicyHash? {
        optional(name) == nil ? nil : try policyHash(name)
    }

    mutating func optionalTimestamp(_ name: String) throws(LedgerError) -> Timestamp? {
        optional(name) == nil ? nil : try timestamp(name)
    }

    /// A hash as the fingerprint of a genesis is written: 64 hexadecimal digits.
    mutating func fingerprint(_ name: String) throws(LedgerError) -> Hash {
        guard let hash = Hash(hex: try string(name, limit: 64)) else {
            throw fault(name, "is not 64 lower-case hexadecimal digits")
        }
        return hash
    }

    mutating func hash(_ name: String) throws(LedgerError) -> Hash {
        try Self.hash(string(name, limit: 64), at: path(of: name))
    }

    mutating func hashes(_ name: String, limit: Int) throws(LedgerError) -> [Hash] {
        var hashes: [Hash] = []
        for text in try strings(name, limit: limit, length: 64) {
            hashes.append(try Self.hash(text, at: path(of: name)))
        }
        return hashes
    }

    static func hash(_ text: String, at path: String) throws(LedgerError) -> Hash {
        guard let hash = Hash(base64: text) else {
            throw LedgerError(.malformed, "`\(path)` is not the Base64 of 32 bytes")
        }
        return hash
    }

    mutating func optionalURL(_ name: String) throws(LedgerError) -> String? {
        optional(name) == nil ? nil : try url(name)
    }

    /// An absolute `https` or `http` URL without user, query and fragment, in visible ASCII.
    mutating func url(_ name: String) throws(LedgerError) -> String {
        let text = try string(name, limit: 2_048)
        let forbidden = Array("?#@\\<>\"^`{|}".utf8)
        let isVisible = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !forbidden.contains($0) }
        for scheme in ["https://", "http://"] where isVisible && text.utf8.starts(with: scheme.utf8) {
            let host = text.utf8.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "/") }
            if !host.isEmpty { return text }
        }
        throw fault(name, "must be an http or https URL without user, query and fragment")
    }
}
