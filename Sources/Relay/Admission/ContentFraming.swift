import HTTPTypes

/// How a request's content comes, as its head says.
package struct ContentFraming: Hashable, Sendable {
    /// There is none.
    package let isEmpty: Bool
    /// Its length, if it was said.
    package let length: Int64?

    /// - Parameter isHTTP2: a stream may carry content without any field that says so.
    /// - Returns: `nil` where the length is not a number.
    init?(_ request: HTTPRequest, isHTTP2: Bool) {
        if let text = request.headerFields[.contentLength] {
            guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let length = Int64(text)
            else { return nil }
            self.length = length
            self.isEmpty = length == 0
        } else if request.headerFields[.transferEncoding] != nil {
            self.length = nil
            self.isEmpty = false
        } else {
            self.length = nil
            self.isEmpty =
                !isHTTP2 || MethodSemantics.isSafe(request.method)
                || (request.method == .delete && request.headerFields[.contentDigest] == nil)
        }
    }
}
