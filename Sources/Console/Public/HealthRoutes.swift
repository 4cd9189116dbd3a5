import HTTPTypes
import Hummingbird
import HummingbirdCore
import StrictJSON

/// Whether the process lives, whether it is ready for exchanges, and its metrics.
struct HealthRoutes: Sendable {
    let sources: PublicServer.Sources

    func addRoutes(to router: Router<PublicContext>) {
        router.get("/health/live") { _, _ in Answer.json(["status": "live"]) }
        router.get("/health/ready") { _, _ in
            let reasons = sources.readiness()
            var answer = Answer.json([
                "status": reasons.isEmpty ? "ready" : "not ready", "reasons": .array(reasons.map { .string($0) }),
            ])
            if !reasons.isEmpty { answer.status = .serviceUnavailable }
            return answer
        }
        router.get("/metrics") { _, _ in
            Answer(mediaType: "text/plain; version=0.0.4; charset=utf-8", body: Array(sources.metrics().utf8))
        }
    }
}
