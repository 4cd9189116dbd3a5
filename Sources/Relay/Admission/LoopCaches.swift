import AccessReceipts

/// What one event loop remembers so as not to work it out again; all of it bounded, none of it trusted longer than the
/// ledger says so.
struct LoopCaches {
    /// For identifiers of exchanges and of steps in traces.
    var random = RandomBuffer()
    private var origins: [String: UpstreamOrigin] = [:]
    private static let limit = 1024

    /// A dataset's origin, taken apart; `nil` if it cannot be used.
    mutating func origin(_ text: String) -> UpstreamOrigin? {
        if let known = self.origins[text] { return known }
        guard let origin = try? UpstreamOrigin(text) else { return nil }
        if self.origins.count >= Self.limit { self.origins.removeAll() }
        self.origins[text] = origin
        return origin
    }
}
