internal import BaseEncodings

/// Where and how component values are read.
struct ComponentReader {
    let message: HTTPMessage
    let types: StructuredFieldTypes

    /// Appends the value of a component to a buffer (RFC 9421 section 2).
    ///
    /// Throws `missingComponent` where the message does not have it, `invalidComponent` where it cannot be used.
    func appendValue(
        of component: ComponentIdentifier, to buffer: inout [UInt8]
    ) throws(MessageSignatureError) {
        let start = buffer.count
        let source = try source(of: component)
        switch (component.kind, source.control) {
        case (.field, _): try appendField(component, of: source, to: &buffer)
        case (.status, .response(let status)): buffer.append(text: String(status))
        case (_, .request(let line)): try Self.append(component, of: line, to: &buffer)
        case (_, .response):
            throw MessageSignatureError(code: .invalidComponent, message: "a response has no `\(component)`")
        }
        // A line break here could forge a further line of the signature base.
        guard buffer[start...].allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
            throw MessageSignatureError(
                code: .invalidComponent, message: "the value of `\(component)` is not printable ASCII")
        }
    }

    private func source(of component: ComponentIdentifier) throws(MessageSignatureError) -> HTTPMessage {
        guard component.isFromRequest else { return message }
        guard !message.isRequest else {
            throw MessageSignatureError(code: .invalidComponent, message: "`\(component)` stands in a request")
        }
        guard let request = message.request else {
            throw MessageSignatureError(code: .missingComponent, message: "the request for `\(component)` is not known")
        }
        return request
    }

    private static func append(
        _ component: ComponentIdentifier, of line: HTTPMessage.RequestLine, to buffer: inout [UInt8]
    ) throws(MessageSignatureError) {
        switch component.kind {
        case .method: buffer.append(text: line.method)
        case .targetURI: line.appendTargetURI(to: &buffer)
        case .authority: line.appendAuthority(to: &buffer)
        case .scheme: line.appendScheme(to: &buffer)
        case .requestTarget: buffer.append(text: line.target)
        case .path: line.appendPath(to: &buffer)
        case .query: line.appendQuery(to: &buffer)
        case .queryParameter: try line.appendQueryParameter(component.parameters.queryParameter ?? "", to: &buffer)
        case .status, .field:
            throw MessageSignatureError(code: .invalidComponent, message: "a request has no `\(component)`")
        }
    }

    private func appendField(
        _ component: ComponentIdentifier, of source: HTTPMessage, to buffer: inout [UInt8]
    ) throws(MessageSignatureError) {
        let lines = component.isTrailer ? source.trailers : source.fields
        let count: Int
        if component.parameters.binary {
            count = Self.appendBinary(component.name, of: lines, to: &buffer)
        } else if let key = component.parameters.key {
            var combined: [UInt8] = []
            count = lines.appendCombined(component.name, to: &combined)
            if count > 0 { try appendMember(key, of: combined, component, to: &buffer) }
        } else if component.parameters.structured {
            var combined: [UInt8] = []
            count = lines.appendCombined(component.name, to: &combined)
            if count > 0 { try appendStructured(combined, component, to: &buffer) }
        } else {
            count = lines.appendCombined(component.name, to: &buffer)
        }
        guard count > 0 else {
            throw MessageSignatureError(code: .missingComponent, message: "`\(component)` is not in the message")
        }
    }

    /// Each line as a byte sequence of its own (section 2.1.3).
    private static func appendBinary(_ name: String, of lines: FieldLines, to buffer: inout [UInt8]) -> Int {
        var first = true
        return lines.forEachValue(of: name) { value in
            if !first { buffer.append(text: ", ") }
            first = false
            var line: [UInt8] = []
            FieldLines.appendUnfolded(value, to: &line)
            buffer.append(UInt8(ascii: ":"))
            BaseEncoding.base64.encode(line, into: &buffer)
            buffer.append(UInt8(ascii: ":"))
        }
    }

    /// One member of a dictionary, strictly serialised (section 2.1.2).
    private func appendMember(
        _ key: String, of value: [UInt8], _ component: ComponentIdentifier, to buffer: inout [UInt8]
    ) throws(MessageSignatureError) {
        guard let dictionary = try? StructuredFieldParser.dictionary(value) else {
            throw MessageSignatureError(
                code: .invalidComponent, message: "`\(component)`: the field is not a dictionary")
        }
        guard let member = dictionary[key] else {
            throw MessageSignatureError(code: .missingComponent, message: "`\(component)` is not in the message")
        }
        StructuredFieldWriter.write(member, to: &buffer)
    }

    /// The whole field, strictly serialised (section 2.1.1).
    private func appendStructured(
        _ value: [UInt8], _ component: ComponentIdentifier, to buffer: inout [UInt8]
    ) throws(MessageSignatureError) {
        do throws(StructuredFieldError) {
            switch types[component.name] {
            case .dictionary: StructuredFieldWriter.write(try StructuredFieldParser.dictionary(value), to: &buffer)
            case .list: StructuredFieldWriter.write(try StructuredFieldParser.list(value), to: &buffer)
            case .item: StructuredFieldWriter.write(try StructuredFieldParser.item(value), to: &buffer)
            case nil:
                throw StructuredFieldError(kind: .syntax, offset: 0)
            }
        } catch {
            throw MessageSignatureError(
                code: .invalidComponent, message: "`\(component)`: the field is not a structured field of a known type")
        }
    }
}

extension FieldLines {
    /// Appends the values of a field, trimmed, unfolded and joined with commas (section 2.1); returns how many.
    func appendCombined(_ name: String, to buffer: inout [UInt8]) -> Int {
        var first = true
        let separator = self.separator(of: name)
        return forEachValue(of: name) { value in
            if !first { buffer.append(text: separator) }
            first = false
            Self.appendUnfolded(value, to: &buffer)
        }
    }

    /// Appends a value without the white space around it, each folding become one space.
    static func appendUnfolded(_ value: UnsafeBufferPointer<UInt8>, to buffer: inout [UInt8]) {
        var (start, end) = (0, value.count)
        while start < end, value[start].isFieldWhitespace { start += 1 }
        while end > start, value[end - 1].isFieldWhitespace { end -= 1 }
        guard value[start..<end].contains(0x0A) else {
            return buffer.append(contentsOf: UnsafeBufferPointer(rebasing: value[start..<end]))
        }
        var index = start
        while index < end {
            if let after = endOfFold(in: value, at: index, before: end) {
                buffer.append(0x20)
                index = after
                continue
            }
            // White space that starts no folding is copied as a whole, so that no byte is looked at again and again.
            repeat {
                buffer.append(value[index])
                index += 1
            } while index < end && value[index - 1].isBlank && value[index].isBlank
        }
    }

    /// Where a folding that starts at `index` ends: white space, a line break, and white space again.
    private static func endOfFold(in value: UnsafeBufferPointer<UInt8>, at index: Int, before end: Int) -> Int? {
        var position = index
        while position < end, value[position].isBlank { position += 1 }
        if position < end, value[position] == 0x0D { position += 1 }
        guard position + 1 < end, value[position] == 0x0A, value[position + 1].isBlank else { return nil }
        position += 1
        while position < end, value[position].isBlank { position += 1 }
        return position
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
    fileprivate var isFieldWhitespace: Bool { isBlank || self == 0x0D || self == 0x0A }
}
