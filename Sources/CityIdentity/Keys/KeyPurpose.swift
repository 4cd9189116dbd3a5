/// What a key may be used for; a key is good for the purposes it was declared with and no other.
package enum KeyPurpose: String, Sendable, Hashable, CaseIterable {
    /// Authenticates the owner's TLS connections and servers.
    case tls
    /// Signs messages, requests and responses.
    case exchange
    /// Signs the owner's datasets and policies.
    case policy
    /// Signs what concerns identities and keys.
    case registry
    /// Signs checkpoints of the owner's receipt log.
    case receipts
    /// Signs checkpoints of the ledger.
    case validator
    /// Authenticates a person at the officers' pages.
    case officer
}
