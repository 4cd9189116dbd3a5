/// A request target that was looked at before anything else used it: `/path?query` as RFC 3986 writes it, without
/// anything that two readers could understand differently.
///
/// Refused are dot segments (plain, encoded, or before a `;`), empty segments, encoded slashes, backslashes, controls
/// and NUL, escapes of escapes, escapes that do not decode to UTF-8, and every byte RFC 3986 does not allow.
package struct RequestTarget: Hashable, Sendable {
    /// The path as it was sent, `/…`.
    package let path: String
    /// The path with its escapes decoded.
    package let decodedPath: String
    /// What follows the `?`, as it was sent; `nil` without a `?`.
    package let query: String?

    /// Reads a target in origin form.
    /// - Parameters:
    ///   - text: what stands in the request line or in `:path`.
    ///   - maximumLength: longest accepted target, in bytes.
    /// - Throws: `TargetError`, naming the first thing that is wrong.
    package init(_ text: String, maximumLength: Int = 8192) throws(TargetError) {
        var text = text
        let outcome = text.withUTF8 { Self.scan($0, maximumLength: maximumLength) }
        let scan = try outcome.get()
        let pathEnd = text.utf8.index(text.startIndex, offsetBy: scan.pathLength)
        self.path = String(text[..<pathEnd])
        if let decoded = scan.decoded {
            guard let decodedPath = String(validating: decoded, as: UTF8.self) else { throw .invalidUTF8 }
            self.decodedPath = decodedPath
        } else {
            self.decodedPath = self.path
        }
        self.query = pathEnd == text.endIndex ? nil : String(text[text.utf8.index(after: pathEnd)...])
    }
}

/// What is wrong with a request target.
package enum TargetError: String, Error, Hashable, Sendable {
    case empty = "the target is empty"
    case tooLong = "the target is too long"
    case notOriginForm = "the target does not begin with a slash"
    case forbiddenByte = "the target holds a byte that a URI may not hold"
    case malformedEscape = "a percent sign is not followed by two hexadecimal digits"
    case forbiddenEscape = "the path encodes a slash, a backslash, a control character or another escape"
    case dotSegment = "the path holds a dot segment"
    case emptySegment = "the path holds an empty segment"
    case invalidUTF8 = "the path does not decode to UTF-8"
    case notAnExchange = "the path is not /exchange/<code>/<dataset>/…"
}

extension RequestTarget {
    private struct Scan {
        var pathLength: Int
        /// The decoded path, where it differs from what was sent.
        var decoded: [UInt8]?
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>, maximumLength: Int) -> Result<Scan, TargetError> {
        guard let first = bytes.first else { return .failure(.empty) }
        guard bytes.count <= maximumLength else { return .failure(.tooLong) }
        guard first == UInt8(ascii: "/") else { return .failure(.notOriginForm) }
        let pathLength = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
        if let error = Self.checkQuery(bytes[pathLength...].dropFirst()) { return .failure(error) }
        let path = bytes[..<pathLength]
        var decoded: [UInt8]?
        if path.contains(UInt8(ascii: "%")) {
            switch Self.decodePath(path) {
            case .success(let bytes): decoded = bytes
            case .failure(let error): return .failure(error)
            }
        } else if path.contains(where: { !Self.isPathByte($0) }) {
            return .failure(.forbiddenByte)
        }
        let error = decoded.map { Self.checkSegments($0[...]) } ?? Self.checkSegments(path)
        return error.map { .failure($0) } ?? .success(Scan(pathLength: pathLength, decoded: decoded))
    }

    private static func decodePath(_ path: Slice<UnsafeBufferPointer<UInt8>>) -> Result<[UInt8], TargetError> {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(path.count)
        var index = path.startIndex
        while index < path.endIndex {
            let byte = path[index]
            guard byte == UInt8(ascii: "%") else {
                guard Self.isPathByte(byte) else { return .failure(.forbiddenByte) }
                decoded.append(byte)
                index += 1
                continue
            }
            guard let value = Self.escape(in: path, at: index) else { return .failure(.malformedEscape) }
            switch value {
            case 0...0x1F, 0x7F, UInt8(ascii: "/"), UInt8(ascii: "\\"): return .failure(.forbiddenEscape)
            default: decoded.append(value)
            }
            index += 3
        }
        return Self.holdsEscape(decoded) ? .failure(.forbiddenEscape) : .success(decoded)
    }

    private static func checkQuery(_ query: Slice<UnsafeBufferPointer<UInt8>>) -> TargetError? {
        var index = query.startIndex
        while index < query.endIndex {
            let byte = query[index]
            if byte == UInt8(ascii: "%") {
                guard let value = Self.escape(in: query, at: index) else { return .malformedEscape }
                if value == 0 { return .forbiddenEscape }
                index += 3
            } else {
                guard Self.isPathByte(byte) || byte == UInt8(ascii: "?") else { return .forbiddenByte }
                index += 1
            }
        }
        return nil
    }

    /// Segments are looked at decoded; a server that cuts path parameters off at `;` must not find a dot segment either.
    private static func checkSegments<Bytes: Collection<UInt8>>(_ path: Bytes) -> TargetError? {
        var segments = path.dropFirst()
        while let slash = segments.firstIndex(of: UInt8(ascii: "/")) {
            if slash == segments.startIndex { return .emptySegment }
            if Self.isDotSegment(segments[..<slash]) { return .dotSegment }
            segments = segments[segments.index(after: slash)...]
        }
        return Self.isDotSegment(segments) ? .dotSegment : nil
    }

    private static func isDotSegment<Bytes: Collection<UInt8>>(_ segment: Bytes) -> Bool {
        let name = segment.prefix { $0 != UInt8(ascii: ";") }
        return !name.isEmpty && name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
    }

    private static func escape(in bytes: Slice<UnsafeBufferPointer<UInt8>>, at index: Int) -> UInt8? {
        guard index + 2 < bytes.endIndex, let high = Self.hexDigit(bytes[index + 1]),
            let low = Self.hexDigit(bytes[index + 2])
        else { return nil }
        return high << 4 | low
    }

    /// Whether somebody who decodes once more would read something else.
    private static func holdsEscape(_ decoded: [UInt8]) -> Bool {
        decoded.indices.dropLast(2).contains { index in
            decoded[index] == UInt8(ascii: "%") && Self.hexDigit(decoded[index + 1]) != nil
                && Self.hexDigit(decoded[index + 2]) != nil
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// `pchar` of RFC 3986, section 3.3, without the percent sign, and the slash.
    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "&")...UInt8(ascii: ";"),  // & ' ( ) * + , - . / 0-9 : ;
            UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"),
            UInt8(ascii: "$"):
            true
        default: false
        }
    }
}
