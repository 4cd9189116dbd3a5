import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import StrictJSON

/// What a route could not do, as problem details (RFC 9457).
struct ProblemAnswer: Error, ResponseGenerator {
    var status: HTTPResponse.Status
    /// The last part of `urn:hansa:problem:…`.
    var type: String
    var title: String
    var detail: String
    var retryAfter: Int?
    /// The methods that there are, where the one asked for is not.
    var allowed: [String]

    init(
        _ status: HTTPResponse.Status, _ type: String, title: String, detail: String, retryAfter: Int? = nil,
        allowed: [String] = []
    ) {
        self.status = status
        self.type = type
        self.title = title
        self.detail = detail
        self.retryAfter = retryAfter
        self.allowed = allowed
    }

    static func methodNotAllowed(allowed: [String]) -> ProblemAnswer {
        ProblemAnswer(
            .methodNotAllowed, "method-not-allowed", title: "Method not allowed",
            detail: "this resource has no such method; `Allow` names those it has", allowed: allowed)
    }

    /// The value of `Allow`.
    var allow: String? { allowed.isEmpty ? nil : allowed.joined(separator: ", ") }

    static func notFound(_ detail: String) -> ProblemAnswer {
        ProblemAnswer(.notFound, "not-found", title: "Not found", detail: detail)
    }

    static func badRequest(_ detail: String) -> ProblemAnswer {
        ProblemAnswer(.badRequest, "malformed-request", title: "Malformed request", detail: detail)
    }

    func response(from request: Request, context: some RequestContext) -> Response {
        var members: [(String, JSONValue)] = [
            ("type", .string("urn:hansa:problem:\(type)")), ("title", .string(title)), ("status", .init(status.code)),
            ("detail", .string(detail)),
        ]
        // The id under which the log speaks of this request, where the log keeps one.
        if let id = context.logger[metadataKey: "hb.request.id"] {
            members.append(("instance", .string("urn:hansa:request:\(id)")))
        }
        let body = JSONValue(members)
        var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        if let allow { headers[.allow] = allow }
        return Response(status: status, headers: headers, body: .init(byteBuffer: .init(bytes: body.bytes)))
    }
}

/// A body in memory with its media type.
struct Answer: ResponseGenerator {
    /// Answers are built whole: Swift 6.3.1 with optimisation loses fields of one that an async closure changes and returns.
    private(set) var status: HTTPResponse.Status = .ok
    let mediaType: String
    let body: [UInt8]
    /// For resources that never change, a year; for all others each use is checked.
    private(set) var immutable = false

    static func json(
        _ value: JSONValue, mediaType: String = "application/json", status: HTTPResponse.Status = .ok
    ) -> Answer {
        Answer(status: status, mediaType: mediaType, body: value.bytes)
    }

    func response(from request: Request, context: some RequestContext) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: mediaType,
                .cacheControl: immutable ? "public, max-age=31536000, immutable" : "no-cache",
            ],
            body: .init(byteBuffer: .init(bytes: body)))
    }
}

/// Turns every error into problem details, and tells the client nothing of what was not meant for it.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as ProblemAnswer {
            return problem.response(from: request, context: context)
        } catch let error as any HTTPResponseError {
            return ProblemAnswer(
                error.status, "http-\(error.status.code)", title: error.status.reasonPhrase,
                detail: Self.detail(of: error.status)
            ).response(from: request, context: context)
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return ProblemAnswer(
                .internalServerError, "internal", title: "Internal error",
                detail: "the request failed here; the log of the gateway has the reason under this instance"
            ).response(from: request, context: context)
        }
    }

    private static func detail(of status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "nothing is served at this path"
        case .contentTooLarge: "the content is over the limit of this resource"
        default: "the request was refused"
        }
    }
}

/// Headers every answer of the control plane carries.
struct SecurityHeadersMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.strictTransportSecurity] = "max-age=31536000"
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("referrer-policy")!
}
