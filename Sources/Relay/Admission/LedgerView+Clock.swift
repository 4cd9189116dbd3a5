package import CityIdentity
package import Ledger

// The clock of this machine beside the time of the ledger's blocks, which never goes back.
extension LedgerView {
    /// The moment by which keys and certificates are judged: a clock that was set back revives none that had ended when
    /// the newest block was made.
    func judged(at now: Timestamp) -> Timestamp { max(now, self.time) }

    /// Why nothing may be exchanged by a clock that shows this, in words; `nil` where the newest block was not made later,
    /// as far as clocks may differ.
    /// - Parameter skew: how far clocks may be apart, in seconds.
    package func reasonAgainstClock(_ now: Timestamp, skew: Int64) -> String? {
        let behind = self.time.milliseconds(since: now)
        guard behind > skew * 1000 else { return nil }
        return "the clock is \((behind + 999) / 1000) s behind the ledger's newest block"
    }
}
