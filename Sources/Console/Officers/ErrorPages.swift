import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging

/// Shows a person who went astray a page in their own language; programs, which ask for JSON, get problem details.
struct ErrorPages: RouterMiddleware {
    let pages: Pages

    func handle(
        _ request: Request, context: OfficerContext, next: (Request, OfficerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            guard let officer = context.officer, request.headers[.accept]?.contains("text/html") ?? false,
                !request.uri.path.hasPrefix("/api/")
            else { throw error }
            let status =
                (error as? ProblemAnswer)?.status ?? (error as? any HTTPResponseError)?.status ?? .internalServerError
            if status.kind == .serverError { context.logger.error("request failed", metadata: ["error": "\(error)"]) }
            let message =
                switch status.kind {
                case .serverError: "failed"
                case .clientError where status == .notFound: "notFound"
                default: "badRequest"
                }
            var page = pages.page(
                "message", title: officer.language.text("error"), ["message": officer.language.text(message)],
                for: officer, status: status)
            if let allow = (error as? ProblemAnswer)?.allow { page.headers[.allow] = allow }
            return page
        }
    }
}
