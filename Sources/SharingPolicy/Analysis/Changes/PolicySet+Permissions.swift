package import CityIdentity

extension PolicySet {
    /// Under which conditions a consumer may do something from a moment on: what it would gain against no policy at all.
    ///
    /// Decided as changes are, with the consumer, dataset and action among those that the policies tell apart.
    package func permissions(
        of consumer: IdentificationCode, to action: String, _ dataset: DatasetIdentifier, from now: Timestamp,
        budget: Int = 1_000_000
    ) -> PolicyChanges {
        let request = AccessRequest(
            consumer: consumer, dataset: dataset, action: action, purpose: nil, time: now)
        return changes(
            from: PolicySet(), moments: now ... .latest, near: now, only: request, budget: budget)
    }
}
