package import CityIdentity
package import SharingPolicy

/// Where an exchange goes: `/exchange/<code>/<dataset>/<rest>?<query>`.
package struct ExchangeRoute: Hashable, Sendable {
    /// The provider whose dataset is asked for.
    package let provider: IdentificationCode
    /// The dataset.
    package let dataset: DatasetIdentifier
    /// What follows the dataset in the path, as it was sent, without its leading slash.
    package let rest: String
    /// The same decoded, with its leading slash: what the dataset's table of actions is matched against.
    package let decodedRest: String
    /// The query as it was sent; `nil` without one.
    package let query: String?

    /// Takes a validated target apart.
    /// - Throws: `TargetError.notAnExchange` for every other path.
    package init(_ target: RequestTarget) throws(TargetError) {
        // By bytes: a slash with a combining mark after it is one character, and still a slash to everybody else.
        let slash = UInt8(ascii: "/")
        let path = target.path.utf8
        let parts = path.split(separator: slash, maxSplits: 3, omittingEmptySubsequences: true)
        guard parts.count >= 3, parts[0].elementsEqual("exchange".utf8) else { throw .notAnExchange }
        guard let provider = try? IdentificationCode(String(Substring(parts[1]))),
            let dataset = try? DatasetIdentifier(provider: provider, name: String(Substring(parts[2])))
        else { throw .notAnExchange }
        self.provider = provider
        self.dataset = dataset
        self.rest = parts.count == 4 ? String(Substring(parts[3])) : ""
        // A code and a name hold no escapes, so what comes before the rest is as long decoded as it was sent.
        let lead = path.distance(from: path.startIndex, to: parts[2].endIndex)
        let rest = target.decodedPath.utf8.dropFirst(lead).drop { $0 == slash }
        self.decodedRest = "/" + String(Substring(rest))
        self.query = target.query
    }

    /// What is asked of the provider's system, below its origin's path.
    package func upstreamTarget(below basePath: String) -> String {
        var text = basePath
        text.append(contentsOf: self.rest)
        if let query = self.query {
            text.append("?")
            text.append(contentsOf: query)
        }
        return text
    }
}
