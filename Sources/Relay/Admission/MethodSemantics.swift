import HTTPTypes

/// What RFC 9110, section 9.2, says of methods.
enum MethodSemantics {
    static func isSafe(_ method: HTTPRequest.Method) -> Bool {
        method == .get || method == .head || method == .options
    }

    static func isIdempotent(_ method: HTTPRequest.Method) -> Bool {
        Self.isSafe(method) || method == .put || method == .delete
    }
}
