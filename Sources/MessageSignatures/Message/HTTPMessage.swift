public import HTTPTypes

/// An HTTP message as signatures see it (RFC 9421 section 2): control data, fields and trailers, without the content.
public struct HTTPMessage: Sendable {
    /// What a request is asking, where and how.
    struct RequestLine {
        let method: String
        let scheme: String
        let authority: String
        let target: String
    }

    enum Control {
        case request(RequestLine)
        case response(status: Int)
    }

    let control: Control
    /// The header section.
    public let fields: FieldLines
    /// The trailer section.
    public let trailers: FieldLines
    private let relatedRequest: [HTTPMessage]

    /// The request this response answers, where it was given.
    public var request: HTTPMessage? { relatedRequest.first }

    /// Whether this is a request rather than a response.
    public var isRequest: Bool {
        if case .request = control { true } else { false }
    }

    /// A request.
    ///
    /// `target` is the request target as on the request line: origin, absolute, authority or asterisk form (RFC 9112
    /// section 3.2). `authority` is the value of Host or `:authority`.
    public init(
        method: String, scheme: String, authority: String, target: String, fields: FieldLines,
        trailers: FieldLines = FieldLines()
    ) {
        control = .request(RequestLine(method: method, scheme: scheme, authority: authority, target: target))
        self.fields = fields
        self.trailers = trailers
        relatedRequest = []
    }

    /// A response, with the request it answers where a signature may cover parts of that.
    public init(status: Int, fields: FieldLines, trailers: FieldLines = FieldLines(), request: HTTPMessage? = nil) {
        control = .response(status: status)
        self.fields = fields
        self.trailers = trailers
        relatedRequest = request.map { [$0] } ?? []
    }

    /// A request as HTTPTypes has it; what its pseudo header fields leave out is taken as empty.
    public init(_ request: HTTPRequest, trailers: HTTPFields = [:]) {
        self.init(
            method: request.method.rawValue, scheme: request.scheme ?? "", authority: request.authority ?? "",
            target: request.path ?? "", fields: FieldLines(request.headerFields, host: request.authority),
            trailers: FieldLines(trailers))
    }

    /// A response as HTTPTypes has it.
    public init(_ response: HTTPResponse, trailers: HTTPFields = [:], request: HTTPMessage? = nil) {
        self.init(
            status: response.status.code, fields: FieldLines(response.headerFields), trailers: FieldLines(trailers),
            request: request)
    }
}
