import CityIdentity
import SharingPolicy
import StrictJSON

/// Which cities share with a provider what its policies ask for.
struct PolicyShares {
    private let provider: IdentificationCode
    private let asked: [String]
    private let cities: [(city: IdentificationCode, names: [String])]

    init(of policies: PolicySet, among shares: [IdentificationCode: [String]], with provider: IdentificationCode) {
        self.provider = provider
        asked = policies.askedShares.sorted()
        // A city's own datasets are its own, and no share.
        cities = shares.filter { $0.key != provider.city }.sorted { $0.key < $1.key }.compactMap { city, names in
            let mine = names.filter(policies.askedShares.contains)
            return mine.isEmpty ? nil : (city, mine)
        }
    }

    /// One sentence: who shares what of it.
    var words: String {
        guard !cities.isEmpty else {
            return "no other city shares \(asked.joined(separator: " or ")) with \(provider) now"
        }
        return "now shared with \(provider): "
            + cities.map { "\(Self.words($0.names)) by \($0.city)" }.joined(separator: ", ")
    }

    var json: JSONValue {
        JSONValue(cities.map { ($0.city.description, JSONValue($0.names.map { JSONValue($0) })) })
    }

    /// Names of datasets, or `nothing`.
    static func words(_ names: [String]) -> String {
        names.isEmpty ? "nothing" : names.map { "`\($0.printable)`" }.joined(separator: ", ")
    }
}
