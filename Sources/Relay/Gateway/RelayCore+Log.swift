import AccessReceipts
import HTTPTypes
import Ledger
import Logging
import NIOCore

// What is said of exchanges: static messages, facts as metadata, and never a peer's text beyond what was validated.
extension RelayCore {
    func log(_ exchange: Exchange, level: Logger.Level, _ message: Logger.Message, error: (any Error)? = nil) {
        guard self.logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "exchange": "\(exchange.id)", "peer": "\(exchange.handler.peer.id)",
        ]
        if let permit = exchange.permit { metadata["dataset"] = "\(permit.dataset.identifier)" }
        if let error { metadata["error"] = "\(error)" }
        self.logger.log(level: level, message, metadata: metadata)
    }

    /// A request was refused before it was an exchange.
    func refused(_ exchange: Exchange, _ refusal: Refusal) {
        guard self.logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "exchange": "\(exchange.id)", "peer": "\(exchange.handler.peer.id)",
            "type": "\(refusal.problem.type.slug)",
        ]
        if let detail = refusal.problem.detail { metadata["detail"] = "\(detail)" }
        if let dataset = refusal.dataset { metadata["dataset"] = "\(dataset)" }
        self.logger.info("a request was refused", metadata: metadata)
    }

    /// An exchange is over, however it ended.
    func finished(_ exchange: Exchange) {
        if let problem = exchange.problem { self.metrics.refuse(problem.type) }
        let elapsed = (NIODeadline.now() - exchange.beganTicks).nanoseconds
        let isWhole = exchange.end == .complete || !exchange.machine.streamedResponse
        let status = exchange.problem?.type.status ?? exchange.responseHead?.status.code
        self.metrics.finished(
            status: isWhole ? status : nil, nanoseconds: elapsed, requestBytes: exchange.requestHasher.size,
            responseBytes: exchange.responseHasher.size)
        guard let permit = exchange.permit else { return }
        guard self.logger.logLevel <= .info else { return }
        self.logger.info(
            "an exchange is over",
            metadata: [
                "exchange": "\(exchange.id)", "consumer": "\(permit.authenticated.consumer)",
                "dataset": "\(permit.dataset.identifier)", "action": "\(permit.action)",
                "trace": "\(permit.authenticated.trace.trace)", "end": "\(exchange.end.rawValue)",
                "status": .stringConvertible(status ?? 0), "microseconds": .stringConvertible(elapsed / 1000),
                "sent": .stringConvertible(exchange.responseHasher.size),
            ])
    }
}
