import HTTPTypes
import NIOCore

// The header of a response.
extension HTTP1ResponseParser {
    /// What of a header decides how the response goes on.
    fileprivate struct Framing {
        var length: Int64?
        var isChunked = false
        var count = 0
        var isKeptAlive = false
        /// What else `Connection` says.
        var connection: [String] = []
    }

    mutating func head(_ buffer: inout ByteBuffer) throws(HTTP1ResponseError) -> Event? {
        let limit = self.limits.headerSize
        let size = buffer.withUnsafeReadableBytes { self.search.headerSize($0, limit: limit) }
        guard let size else {
            guard buffer.readableBytes <= limit else { throw .headerTooLarge }
            return nil
        }
        guard let header = buffer.readSlice(length: size) else { return nil }
        return .head(
            try header.withUnsafeReadableBytes { (bytes) throws(HTTP1ResponseError) in try self.read(bytes) })
    }

    /// How far the end of a header has been looked for, so that no byte is looked at twice however few come at a time.
    struct EndSearch {
        /// Where the line under way begins.
        private var line = 0
        private var seen = 0

        /// Where the header ends, behind the first line without anything; `nil` where it does not yet within the limit.
        mutating func headerSize(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Int? {
            let end = min(bytes.count, limit)
            while self.seen < end, let feed = bytes[self.seen..<end].firstIndex(of: 0x0A) {
                // A line of its end alone; one without a carriage return is found when it is read.
                if feed == self.line || (feed == self.line + 1 && bytes[self.line] == 0x0D) {
                    self = EndSearch()
                    return feed + 1
                }
                (self.line, self.seen) = (feed + 1, feed + 1)
            }
            self.seen = max(self.seen, end)
            return nil
        }
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(HTTP1ResponseError) -> UpstreamResponseHead {
        guard bytes.count <= self.limits.headerSize else { throw .headerTooLarge }
        var rest = bytes[...]
        let (status, isOld) = try Self.statusLine(try Self.nextLine(&rest))
        var fields = HTTPFields()
        fields.reserveCapacity(self.names.count + 4)
        var framing = Framing()
        while true {
            let line = try Self.nextLine(&rest)
            if line.isEmpty { break }
            let index = fields.count
            guard index < self.limits.fieldCount, line.count <= self.limits.fieldSize else { throw .headerTooLarge }
            let field = try Self.field(
                UnsafeRawBufferPointer(rebasing: line), as: index < self.names.count ? self.names[index] : nil)
            if index == self.names.count {
                self.names.append(field.name)
            } else if self.names[index] != field.name {
                self.names[index] = field.name
            }
            try framing.take(field)
            fields.append(field)
        }
        return try self.head(status: status, fields: fields, framing: framing, isOld: isOld)
    }

    /// Decides where the response ends (RFC 9112, section 6.3).
    private mutating func head(
        status: Int, fields: HTTPFields, framing: Framing, isOld: Bool
    ) throws(HTTP1ResponseError) -> UpstreamResponseHead {
        let tokens = framing.connection.flatMap { $0.split(separator: ",") }.map {
            $0.lowercased().filter { $0 != " " && $0 != "\t" }
        }
        var keepsAlive = isOld ? framing.isKeptAlive || tokens.contains("keep-alive") : !tokens.contains("close")
        if status >= 200 {
            guard framing.count <= 1, !(framing.isChunked && isOld) else { throw .unclearEnd }
            if self.isHead || status == 204 || status == 304 {
                self.state = .ended
            } else if framing.isChunked {
                self.state = .chunkSize
            } else if let length = framing.length {
                self.state = length == 0 ? .ended : .content(left: Int(length))
            } else {
                self.state = .untilClose
                keepsAlive = false
            }
        }
        return UpstreamResponseHead(
            status: status, fields: fields, nominated: Set(tokens), length: framing.length, keepsAlive: keepsAlive)
    }

    private static func nextLine(_ rest: inout Slice<UnsafeRawBufferPointer>) throws(HTTP1ResponseError)
        -> Slice<UnsafeRawBufferPointer>
    {
        guard let feed = rest.firstIndex(of: 0x0A), feed > rest.startIndex, rest[feed - 1] == 0x0D else {
            throw .malformedLine
        }
        let line = rest[..<(feed - 1)]
        rest = rest[(feed + 1)...]
        return line
    }

    /// `HTTP/1.1 200 OK`; whether the version is 1.0.
    private static func statusLine(
        _ line: Slice<UnsafeRawBufferPointer>
    ) throws(HTTP1ResponseError) -> (status: Int, isOld: Bool) {
        guard line.count >= 12, line.starts(with: "HTTP/1.".utf8) else { throw .malformedLine }
        let start = line.startIndex
        let (minor, digits) = (line[start + 7], line[(start + 9)..<(start + 12)])
        guard minor == UInt8(ascii: "0") || minor == UInt8(ascii: "1"), line[start + 8] == 0x20,
            digits.allSatisfy({ (0x30...0x39).contains($0) }), line.count == 12 || line[start + 12] == 0x20,
            line.allSatisfy(Self.isText)
        else { throw .malformedLine }
        let status = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard status >= 100 else { throw .malformedLine }
        return (status, minor == UInt8(ascii: "0"))
    }

    /// A field's line; its name is the known one if it is written as that is.
    static func field(
        _ line: UnsafeRawBufferPointer, as known: HTTPField.Name?
    ) throws(HTTP1ResponseError) -> HTTPField {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformedField }
        let written = line[..<colon]
        let name: HTTPField.Name
        if let known, known.rawName.utf8.elementsEqual(written) {
            name = known
        } else {
            guard let new = HTTPField.Name(String(decoding: written, as: UTF8.self)) else { throw .malformedField }
            name = new
        }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        // What is not UTF-8 would say something else once it was passed on.
        guard value.allSatisfy(Self.isText), let text = String(validating: value, as: UTF8.self) else {
            throw .malformedField
        }
        return HTTPField(name: name, value: text)
    }

    /// No control character but the tab (RFC 9110, section 5.5).
    static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }
}

extension HTTP1ResponseParser.Framing {
    fileprivate mutating func take(_ field: HTTPField) throws(HTTP1ResponseError) {
        switch field.name {
        case .contentLength:
            let digits = field.value.utf8
            guard (1...19).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let length = Int64(field.value)
            else { throw .unclearEnd }
            self.length = length
            self.count += 1
        case .transferEncoding:
            // Any other coding would go on as if it were the content.
            guard field.value.lowercased().utf8.elementsEqual("chunked".utf8) else { throw .unclearEnd }
            self.isChunked = true
            self.count += 1
        case .connection where field.value.utf8.elementsEqual("keep-alive".utf8): self.isKeptAlive = true
        case .connection: self.connection.append(field.value)
        default: break
        }
    }
}
