import HTTPTypes
import Hummingbird
import HummingbirdCore
import StrictJSON

/// Whether the process lives, whether it is ready for exchanges, and its metrics.
struct HealthRoutes: Sendable {
    let sources: PublicServer.Sources

    func addRoutes(to router: Router<PublicContext>) {
        router.get("/health/live") { _, _ in Answer.json(["status": "live"]) }
        router.get("/health/ready") { _, _ in readiness() }
        router.get("/metrics") { _, _ in
            Answer(mediaType: "text/plain; version=0.0.4; charset=utf-8", body: Array(sources.metrics().utf8))
        }
    }

    /// 200 when nothing keeps this process from serving exchanges, otherwise 503 with the reasons.
    private func readiness() -> Answer {
        let reasons = sources.readiness()
        return .json(
            [
                "status": reasons.isEmpty ? "ready" : "not ready", "reasons": .array(reasons.map { .string($0) }),
            ], status: reasons.isEmpty ? .ok : .serviceUnavailable)
    }
}
