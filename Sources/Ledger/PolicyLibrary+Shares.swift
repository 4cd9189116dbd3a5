internal import CityIdentity
internal import HashTreeCollections
internal import SharingPolicy

extension PolicyLibrary {
    /// The names of the published datasets of a city and its units that are shared with somebody, in order.
    ///
    /// Looked at once for every pair of city and reader that is asked for, until anything changes that it could depend on;
    /// what is not to be kept pushes out nothing that is.
    func shares(
        of city: IdentificationCode, with reader: IdentificationCode, at time: Timestamp, in state: LedgerState,
        isKept: Bool = true
    ) -> [String] {
        let sharing = Sharing(city: city, reader: reader)
        if let known = knownShares(sharing), known.version == state.sharingVersion, known.from <= time,
            time < known.until
        {
            return known.names
        }
        var (from, until) = (Timestamp.earliest, Timestamp.latest)
        var names: Set<String> = []
        for dataset in state.datasetsOfCity[city] ?? [] where state.isActive(dataset.provider) {
            guard let terms = state.policyTerms[dataset] else { continue }
            let span = Self.span(of: terms, around: time)
            (from, until) = (max(from, span.from), min(until, span.until))
            if policies(terms, for: dataset, at: time, in: state).shares(dataset, with: reader) {
                names.insert(dataset.name)
            }
        }
        let shares = Shares(version: state.sharingVersion, from: from, until: until, names: names.sorted())
        if isKept { keep(shares, of: sharing) }
        return shares.names
    }
}
