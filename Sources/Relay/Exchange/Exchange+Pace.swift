import AccessReceipts
import Logging
import NIOCore

// Content that comes too slowly, though it never stops for long.
extension Exchange {
    /// Whether both sides send as fast as they have to; asked a few times a second.
    func keepsPace(at now: NIODeadline) -> Bool {
        guard !self.machine.hasEnded else { return true }
        let asks = self.permit != nil && self.wantsRequestRead
        let answers = self.responseHead != nil && self.upstream != nil && self.wantsUpstreamRead
        let isAsked = self.requestPace.isKept(isTurn: asks, now: now)
        let isAnswered = self.responsePace.isKept(isTurn: answers, now: now)
        return isAsked && isAnswered
    }

    /// One side sent too slowly: the consumer while its content is not whole, the provider afterwards.
    func fellBehind() {
        if self.machine.wantsRequest {
            self.fail(Problem(.requestTimeout, "the content comes too slowly"), end: .aborted)
        } else {
            self.core.log(self, level: .warning, "the provider's content comes too slowly")
            self.fail(Problem(.providerTimeout), end: .failed)
        }
    }
}
