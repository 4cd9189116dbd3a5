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
    /// - Parameter find: reads what stands between `/exchange/` and the rest.
    /// - Throws: `TargetError.notAnExchange` for every other path.
    package init(
        _ target: RequestTarget, dataset find: (String) -> DatasetIdentifier? = Self.dataset
    ) throws(TargetError) {
        // By bytes: a slash with a combining mark after it is one character, and still a slash to everybody else.
        let slash = UInt8(ascii: "/")
        let path = target.path.utf8
        guard path.starts(with: Self.prefix.utf8) else { throw .notAnExchange }
        let named = path.dropFirst(Self.prefix.utf8.count)
        guard let middle = named.firstIndex(of: slash) else { throw .notAnExchange }
        let end = named[named.index(after: middle)...].firstIndex(of: slash) ?? path.endIndex
        guard let dataset = find(String(Substring(named[..<end]))) else { throw .notAnExchange }
        self.provider = dataset.provider
        self.dataset = dataset
        self.rest = end == path.endIndex ? "" : String(Substring(path[path.index(after: end)...]))
        // A code and a name hold no escapes, so what comes before the rest is as long decoded as it was sent.
        let rest = target.decodedPath.utf8.dropFirst(path.distance(from: path.startIndex, to: end))
        self.decodedRest = rest.isEmpty ? "/" : String(Substring(rest))
        self.query = target.query
    }

    private static let prefix = "/exchange/"

    /// Reads `<code>/<dataset>`; `nil` where it is not that.
    package static func dataset(_ text: String) -> DatasetIdentifier? {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")),
            let provider = try? IdentificationCode(String(text[..<slash]))
        else { return nil }
        return try? DatasetIdentifier(provider: provider, name: String(text[text.utf8.index(after: slash)...]))
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
