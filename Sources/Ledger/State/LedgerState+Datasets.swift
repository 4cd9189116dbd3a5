internal import CityIdentity
internal import HashTreeCollections
internal import SharingPolicy

extension LedgerState {
    /// `dataset.publish`: by a `policy` or `registry` key of the provider or a node above; also changes what was
    /// published before.
    mutating func publish(_ dataset: Dataset, by signer: KeyIdentifier, at time: Timestamp) throws(RuleRefusal) {
        try require(signer, .policy, .registry)
        try require(signer, over: dataset.identifier.provider)
        if let reason = reasonAgainst(dataset.identifier.provider) { throw RuleRefusal(reason) }
        if let record = datasets[dataset.identifier], record.isPublished, record.dataset == dataset {
            throw RuleRefusal("`\(dataset.identifier)` is published so already")
        }
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
