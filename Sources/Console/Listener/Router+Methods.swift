import HTTPTypes
import Hummingbird

extension Router {
    /// Answers the methods that a path of this router's does not have with 405 and those that it has (RFC 9110, section
    /// 15.5.6); called when all routes are there.
    func refuseOtherMethods() {
        for (path, routes) in Dictionary(grouping: routes, by: \.path.description) {
            var known = Set(routes.map(\.method))
            // Added by the router for each GET.
            if known.contains(.get) { known.insert(.head) }
            let allowed = known.map(\.rawValue).sorted()
            for method in Self.methods where !known.contains(method) {
                on(RouterPath(path), method: method) { _, _ -> Response in
                    throw ProblemAnswer.methodNotAllowed(allowed: allowed)
                }
            }
        }
    }

    private static var methods: [HTTPRequest.Method] {
        [.get, .head, .post, .put, .delete, .connect, .options, .trace, .patch]
    }
}
