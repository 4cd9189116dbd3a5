import NIOCore

/// What load to make: against whom, how many requests at a time or a second, and for how long.
struct LoadPlan: Sendable {
    /// When the next request leaves.
    enum Arrival: Sendable {
        /// As soon as the one before is answered: as many at a time as there are connections and streams.
        case closed
        /// At so many a second, whether or not the ones before are answered.
        case open(rate: Double)
    }

    let address: GatewayAddress
    let identity: ClientIdentity
    let arrival: Arrival
    let connections: Int
    /// Requests at a time on one HTTP/2 connection; `nil` for HTTP/1.1, which has one.
    let streams: Int?
    /// Whether every request makes a connection of its own, with a whole TLS handshake.
    let reconnects: Bool
    let threads: Int
    /// Whether the receipts that answers name are noted.
    let notesReceipts: Bool
    /// Time before anything counts.
    let warmUp: TimeAmount
    let duration: TimeAmount

    var requestsAtATime: Int { connections * (streams ?? 1) }

    /// What waits, at most, where requests leave at a rate that the gateway does not keep; more counts as an error.
    static let longestQueue = 100_000
    /// How long requests under way at the end may take; what takes longer counts as an error.
    static let drain = TimeAmount.seconds(10)
}
