import AccessReceipts
import MessageSignatures
import SharingPolicy

/// What one event loop remembers so as not to work it out again; all of it bounded, none of it trusted longer than the
/// ledger says so.
struct LoopCaches {
    /// For identifiers of exchanges and of steps in traces.
    var random = RandomBuffer()
    var signatureInputs = SignatureInputCache()
    private var origins: [String: UpstreamOrigin] = [:]
    private var datasets: [String: DatasetIdentifier] = [:]
    private var authority: (text: String, port: Int?)?
    private static let limit = 1024

    /// A dataset's identifier as targets have it, `<code>/<dataset>`; `nil` where it is not that.
    mutating func dataset(_ text: String) -> DatasetIdentifier? {
        if let known = self.datasets[text] { return known }
        guard let dataset = ExchangeRoute.dataset(text) else { return nil }
        if self.datasets.count >= Self.limit { self.datasets.removeAll() }
        self.datasets[text] = dataset
        return dataset
    }

    /// Whether requests for an authority are answered here; nearly all are for the same one.
    mutating func accepts(_ text: String, port: Int?, rule: AuthorityRule) -> Bool {
        if let last = self.authority, last.port == port, last.text.utf8.elementsEqual(text.utf8) { return true }
        guard rule.accepts(text, port: port) else { return false }
        self.authority = (text, port)
        return true
    }

    /// A dataset's origin, taken apart; `nil` if it cannot be used.
    mutating func origin(_ text: String) -> UpstreamOrigin? {
        if let known = self.origins[text] { return known }
        guard let origin = try? UpstreamOrigin(text) else { return nil }
        if self.origins.count >= Self.limit { self.origins.removeAll() }
        self.origins[text] = origin
        return origin
    }
}
