internal import CityIdentity
internal import HashTreeCollections
internal import SharingPolicy

extension LedgerState {
    /// `dataset.publish`: by a `policy` or `registry` key of the provider or a node above; also changes what was
    /// published before.
    ///
    /// Once policies speak of the dataset, they were agreed to for what it is: to let it come from elsewhere, or to make
    /// another action of a request, takes as many keys as they did.
    mutating func publish(_ dataset: Dataset, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        try require(signer, .policy, .registry)
        try require(signer, over: dataset.identifier.provider)
        if let reason = reasonAgainst(dataset.identifier.provider) { throw RuleRefusal(reason) }
        if let record = datasets[dataset.identifier], record.isPublished, record.dataset == dataset {
            throw RuleRefusal("`\(dataset.identifier)` is published so already")
        }
        if policiesAbout(dataset.identifier, at: time).isEmpty
            || datasets[dataset.identifier]?.dataset.isMapped(as: dataset) == true
        {
            return try put(dataset, by: signer, at: time)
        }
        try propose(.datasetPublish(dataset), of: dataset.identifier.provider, by: signer, at: time)
    }

    mutating func put(_ dataset: Dataset, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        if let reason = reasonAgainst(dataset.identifier.provider) { throw RuleRefusal(reason) }
        set(DatasetRecord(dataset: dataset, isPublished: true, signer: signer, changed: time))
    }

    /// `dataset.withdraw`: by the same keys as may publish.
    mutating func withdraw(_ withdrawal: DatasetWithdrawal, by signer: KeyIdentifier, at time: Timestamp)
        throws(RuleRefusal)
    {
        try require(signer, .policy, .registry)
        try require(signer, over: withdrawal.dataset.provider)
        guard var record = datasets[withdrawal.dataset], record.isPublished else {
            throw RuleRefusal("`\(withdrawal.dataset)` is not published")
        }
        record.isPublished = false
        record.signer = signer
        record.changed = time
        set(record)
    }
}
