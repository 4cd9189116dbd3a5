internal import CityIdentity
internal import SharingPolicy

/// The name of one entry of the state, as the store and the state tree have it.
enum StateKey: Sendable, Hashable {
    case network
    case identity(IdentificationCode)
    case application(ApplicationRecord.ID)
    case key(KeyIdentifier)
    case sequence(KeyIdentifier)
    case dataset(DatasetIdentifier)
    case policy(PolicyHash)
    case change(PolicyHash)
    case anchor(String)

    var text: String {
        switch self {
        case .network: "network"
        case .identity(let code): "identity/\(code)"
        case .application(let id): "application/\(id.code)/\(id.thumbprint)"
        case .key(let key): "key/\(key)"
        case .sequence(let key): "sequence/\(key)"
        case .dataset(let dataset): "dataset/\(dataset)"
        case .policy(let hash): "policy/\(hash)"
        case .change(let hash): "change/\(hash)"
        case .anchor(let origin): "anchor/\(origin)"
        }
    }

    /// What stands before the first `/` of a key's text, and what after.
    static func split(_ text: String) -> (kind: Substring, name: String) {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return (text[...], "") }
        return (text[..<slash], String(text[text.index(after: slash)...]))
    }
}

/// One entry of the state that a block sets, or removes where there is no value.
struct StateChange: Sendable {
    let key: String
    let value: [UInt8]?
}
