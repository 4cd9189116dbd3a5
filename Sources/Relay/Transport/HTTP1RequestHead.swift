import HTTPTypes
import NIOHTTP1

/// What an HTTP/1.1 request head has to be beyond what the parser makes sure of.
enum HTTP1RequestHead {
    /// Refuses what is ambiguous, or turns the head into the version-independent form with its fields as they were sent.
    static func check(_ head: HTTPRequestHead, fieldLimit: Int) -> Result<HTTPRequest, Problem> {
        guard head.version == .http1_1 else { return .failure(Problem(.versionNotSupported)) }
        guard head.headers.count <= fieldLimit else { return .failure(Problem(.headerTooLarge)) }
        guard let method = HTTPRequest.Method(head.method.rawValue), method != .connect, method != .trace else {
            return .failure(Problem(.malformedRequest, "the method is not taken here"))
        }
        var fields = HTTPFields()
        fields.reserveCapacity(head.headers.count)
        var host: String?
        var framing = Framing()
        for (name, text) in head.headers {
            guard let fieldName = HTTPField.Name(name) else {
                return .failure(Problem(.malformedRequest, "a field's name is not a token"))
            }
            let value = HTTPField.trimmed(text)
            guard HTTPField.isValidValue(value) else {
                return .failure(Problem(.malformedRequest, "a field's value holds a control character"))
            }
            switch fieldName {
            case .host:
                guard host == nil else { return .failure(Problem(.malformedRequest, "there are two `Host` fields")) }
                host = value
                continue
            case .contentLength: framing.contentLengths += 1
            case .transferEncoding: framing.addTransferCoding(value)
            default: break
            }
            fields.append(HTTPField(name: fieldName, value: value))
        }
        guard let host else { return .failure(Problem(.malformedRequest, "there is no `Host` field")) }
        guard Authority(host[...]) != nil else { return .failure(Problem(.malformedRequest, "`Host` is not a host")) }
        if let problem = framing.problem { return .failure(problem) }
        guard let path = Self.originForm(of: head.uri, host: host) else {
            return .failure(Problem(.malformedTarget, "the target is not a path, nor a URI of this authority"))
        }
        return .success(
            HTTPRequest(method: method, scheme: "https", authority: host, path: path, headerFields: fields))
    }

    /// Which fields decide where the content ends.
    private struct Framing {
        var contentLengths = 0
        var transferCodings = 0
        var isChunked = true

        mutating func addTransferCoding(_ value: String) {
            self.transferCodings += 1
            self.isChunked = self.isChunked && value.lowercased().utf8.elementsEqual("chunked".utf8)
        }

        var problem: Problem? {
            if self.contentLengths > 1 || self.transferCodings > 1
                || (self.contentLengths > 0 && self.transferCodings > 0) || !self.isChunked
            {
                return Problem(.malformedRequest, "it is not clear where the content ends")
            }
            return nil
        }
    }

    /// The path and query of a target in origin form or, if its authority is the `Host`, in absolute form.
    private static func originForm(of target: String, host: String) -> String? {
        if target.utf8.first == UInt8(ascii: "/") { return target }
        let prefix = "https://\(host)"
        guard target.utf8.starts(with: prefix.utf8) else { return nil }
        let path = target.utf8.dropFirst(prefix.utf8.count)
        switch path.first {
        case nil: return "/"
        case UInt8(ascii: "/"): return String(path)
        default: return nil
        }
    }

    /// The trailer's fields; those with a name or value that cannot stand are left out.
    static func trailers(_ headers: HTTPHeaders) -> HTTPFields? {
        var fields = HTTPFields()
        for (name, text) in headers {
            let value = HTTPField.trimmed(text)
            guard let fieldName = HTTPField.Name(name), HTTPField.isValidValue(value) else { continue }
            fields.append(HTTPField(name: fieldName, value: value))
        }
        return fields.isEmpty ? nil : fields
    }
}

extension HTTPField.Name {
    static let host = HTTPField.Name("Host")!
}
