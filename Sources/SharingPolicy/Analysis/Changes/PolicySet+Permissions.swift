package import CityIdentity

extension PolicySet {
    /// Under which conditions a consumer may do something from a moment on: what it would gain against no policy at all.
    ///
    /// Decided as changes are, with the consumer, dataset and action among those that the policies tell apart. With `shares`
    /// the names of the datasets that the consumer's city shares are those, else any.
    package func permissions(
        of consumer: IdentificationCode, to action: String, _ dataset: DatasetIdentifier, from now: Timestamp,
        sharing shares: [String]? = nil, budget: Int = 1_000_000
    ) -> PolicyChanges {
        var request = AccessRequest(
            consumer: consumer, dataset: dataset, action: action, purpose: nil, time: now)
        if let shares { request.setConsumerShares(shares) }
        return changes(
            from: PolicySet(), moments: now ... .latest, near: now, only: request, budget: budget)
    }
}
