internal import CityIdentity
internal import HashTreeCollections
internal import TransparencyLog

/// What a transaction came to.
package enum Outcome: Sendable, Hashable {
    /// It changed the state.
    case applied
    /// It stands on the log and did nothing, for this reason.
    case noop(String)
}

/// What the state machine makes of a transaction.
enum Execution {
    /// It used up its sequence number, and did something or nothing.
    case recorded(Outcome)
    /// It is not one that its signer may now make at all. The state is as before, the sequence number too, and so the
    /// sequencer does not record it; where another's log holds it all the same, it is a no-op.
    case inadmissible(LedgerError)
}

/// That a rule does not let a transaction do anything; the reason is recorded.
struct RuleRefusal: Error {
    /// As what a stranger's transaction is refused, which is not recorded.
    let code: LedgerError.Code
    let reason: String

    init(_ reason: String) { self.init(.refused, reason) }

    init(_ code: LedgerError.Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension LedgerState {
    /// Executes one transaction of a block of that time.
    mutating func execute(_ signed: SignedTransaction, at time: Timestamp) -> Execution {
        let transaction = signed.transaction
        do throws(LedgerError) { try admit(signed, at: time) } catch { return .inadmissible(error) }
        let isKnown = keys[transaction.signer] != nil
        do throws(RuleRefusal) {
            try apply(signed, at: time)
        } catch  where isKnown {
            advanceSequence(of: transaction.signer)
            return .recorded(.noop(error.reason))
        } catch {
            // A stranger's application: recording it would use up nothing, and anyone could repeat it for ever.
            return .inadmissible(LedgerError(error.code, error.reason))
        }
        // An applicant's key has no number on the ledger until it is admitted.
        if keys[transaction.signer] != nil { advanceSequence(of: transaction.signer) }
        return .recorded(.applied)
    }

    /// Executes a leaf of a log, whatever it is.
    mutating func execute(leaf: [UInt8], at time: Timestamp) -> Outcome {
        do throws(LedgerError) {
            switch execute(try SignedTransaction(parsing: leaf), at: time) {
            case .recorded(let outcome): return outcome
            case .inadmissible(let error): return .noop(error.message)
            }
        } catch { return .noop(error.message) }
    }

    /// Throws where the transaction is not its signer's to make now: another network, a time far from the block's, no
    /// such key or one that is not active, a wrong signature, or not the next sequence number.
    func admit(_ signed: SignedTransaction, at time: Timestamp) throws(LedgerError) {
        let key = try admittedKey(of: signed, at: time)
        try checkSequence(of: signed.transaction)
        guard signed.isSigned(by: key) else { throw .notSigned(by: signed.transaction.signer) }
    }

    /// Throws unless the sequence number is the next of its key, or at most that many ahead of it.
    func checkSequence(of transaction: Transaction, ahead: Int = 0) throws(LedgerError) {
        let expected = nextSequence(of: transaction.signer)
        guard transaction.sequence >= expected, transaction.sequence - expected <= UInt64(ahead) else {
            throw LedgerError(
                .wrongSequence,
                "sequence \(transaction.sequence) of `\(transaction.signer)` is not the next, which is \(expected)")
        }
    }

    /// The key that the transaction must be signed by.
    ///
    /// An application's, and the genesis's, is the one that it declares itself; every other stands on the ledger.
    func admittedKey(of signed: SignedTransaction, at time: Timestamp) throws(LedgerError) -> PublicKey {
        let transaction = signed.transaction
        if let network {
            guard transaction.network.utf8.elementsEqual(network.name.utf8) else {
                throw LedgerError(.wrongNetwork, "the transaction is for another network than `\(network.name)`")
            }
            if let genesis = transaction.genesis, genesis != network.genesis {
                throw LedgerError(
                    .wrongNetwork, "the transaction is for another network of this name: its genesis is \(genesis.hex)")
            }
            guard abs(transaction.time.milliseconds - time.milliseconds) <= Transaction.timeTolerance else {
                throw LedgerError(
                    .wrongTime,
                    "the transaction's time \(transaction.time) is over an hour from the block's, \(time): sign it anew"
                )
            }
        } else {
            guard case .networkGenesis = transaction.body else {
                throw LedgerError(.refused, "the network has not begun: a genesis comes first")
            }
        }
        if let record = keys[transaction.signer] {
            if let reason = reasonAgainstUse(of: record, at: time) {
                throw LedgerError(.inactiveKey, "`\(transaction.signer)` cannot sign: \(reason)")
            }
            return record.publicKey
        }
        guard let declared = transaction.declaredKeys.first(where: { $0.id == transaction.signer }) else {
            throw LedgerError(.unknownKey, "the key `\(transaction.signer)` is not on the ledger")
        }
        if network != nil { try check(signed, asStrangersWith: declared, at: time) }
        return declared.publicKey
    }

    private func check(_ signed: SignedTransaction, asStrangersWith key: KeyDeclaration, at time: Timestamp)
        throws(LedgerError)
    {
        guard signed.bytes.count <= ApplicationRecord.sizeLimit else {
            let words = "\(signed.bytes.count) bytes, more than the \(ApplicationRecord.sizeLimit) of an application"
            throw LedgerError(.tooLarge, "the signed transaction has \(words)")
        }
        if let reason = KeyRecord(key, addedAt: time).reasonAgainstUse(at: time) {
            throw LedgerError(.inactiveKey, "`\(key.id)` cannot sign: \(reason)")
        }
    }

    private mutating func apply(_ signed: SignedTransaction, at time: Timestamp) throws(RuleRefusal) {
        let transaction = signed.transaction
        let signer = transaction.signer
        switch transaction.body {
        case .networkGenesis(let body):
            let fingerprint = NetworkGenesis.fingerprint(of: signed.bytes)
            try begin(body, network: transaction.network, fingerprint: fingerprint, at: time)
        case .identityApply(let body): try applyIdentity(body, by: signer, at: time)
        case .identityApprove(let body): try decideApplication(body, .approve, by: signer, at: time)
        case .identityReject(let body): try decideApplication(body, .reject, by: signer, at: time)
        case .identityDelegate(let body): try delegate(body, by: signer, at: time)
        case .identityUpdate(let body): try update(body, by: signer, at: time)
        case .identitySuspend(let body): try suspend(body, by: signer, at: time)
        case .identityReinstate(let body): try reinstate(body, by: signer, at: time)
        case .identityRetire(let body): try retire(body, by: signer, at: time)
        case .keyAdd(let body): try addKey(body, by: signer, at: time)
        case .keyRevoke(let body): try revokeKey(body, by: signer, at: time)
        case .datasetPublish(let body): try publish(body, by: signer, at: time)
        case .datasetWithdraw(let body): try withdraw(body, by: signer, at: time)
        case .policyPropose(let body): try propose(body, by: signer, at: time)
        case .policyApprove(let body): try approve(body, by: signer, signedAt: transaction.time, at: time)
        case .policyReject(let body): try reject(body, by: signer, at: time)
        case .policyWithdraw(let body): try withdraw(body, by: signer, at: time)
        case .receiptsAnchor(let body): try anchor(body, by: signer, at: time)
        }
    }
}

extension Transaction {
    /// The keys by which a transaction may be signed though they are not on the ledger yet.
    fileprivate var declaredKeys: [KeyDeclaration] {
        switch body {
        case .identityApply(let application): application.keys
        case .networkGenesis(let genesis): genesis.identities.flatMap(\.keys)
        default: []
        }
    }
}

extension LedgerError {
    static func notSigned(by signer: KeyIdentifier) -> LedgerError {
        LedgerError(.invalidSignature, "the signature is not one by `\(signer)`")
    }
}
