import AccessReceipts
import CityIdentity
import Ledger
import Relay

/// Why a node should get no traffic now; asked for by `/health/ready`.
struct Readiness: Sendable {
    let ledger: Ledger
    let receipts: ReceiptStore
    let configuration: NodeConfiguration
    /// Whether the exchange listener takes connections.
    let isListening: @Sendable () -> Bool

    func reasons(at now: Timestamp = .now()) -> [String] {
        let view = ledger.view
        var reasons: [String] = []
        if !isListening() { reasons.append("the exchange listener takes no connections") }
        if let skew = try? configuration.duration("signatures.clock-skew"),
            let reason = view.reasonAgainstClock(now, skew: skew.components.seconds)
        {
            reasons.append(reason)
        }
        let now = max(now, view.time)
        if let refusal = receipts.anchorState(at: now).refusal { reasons.append(refusal) }
        if let reason = view.reasonAgainst(configuration.code) { reasons.append(reason) }
        let keys: [(setting: String, purpose: KeyPurpose)] = [
            ("operator.tls-key", .tls), ("operator.exchange-key", .exchange), ("operator.receipts-key", .receipts),
        ]
        for (setting, purpose) in keys {
            guard let name = configuration.settings[setting],
                let id = try? KeyIdentifier(code: configuration.code, name: name)
            else { continue }
            guard let record = view.key(id) else {
                reasons.append("the key `\(id)` is not on the ledger")
                continue
            }
            if let reason = record.reasonAgainst(purpose, at: now) { reasons.append("the key `\(id)`: \(reason)") }
        }
        return reasons
    }
}
