/// What a checkpoint of a network's ledger proves of codes and keys, with no network at hand.
package protocol RegistryView: Sendable {
    /// The network whose ledger it is.
    var network: String { get }

    /// When the state was, that the checkpoint proves.
    var time: Timestamp { get }

    /// The code, and then the nodes that stand above it, the nearest first: each as far as what is at hand proves who
    /// stands above the one before.
    func lineage(of code: IdentificationCode) -> [IdentificationCode]

    /// Where an identity stands; the standing of those above it is asked for by their own codes.
    func status(of code: IdentificationCode) -> RegistryAnswer<IdentityStatus>

    /// The record of a key.
    func key(_ id: KeyIdentifier) -> RegistryAnswer<KeyRecord>
}

/// An answer that stands on proof, or says that there is none.
package enum RegistryAnswer<Value: Sendable>: Sendable {
    /// The checkpoint proves this value.
    case proven(Value)
    /// The checkpoint proves that there is none.
    case absent
    /// What is at hand proves neither.
    case unproven
}
