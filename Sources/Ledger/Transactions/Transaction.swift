package import CityIdentity
internal import StrictJSON
package import TransparencyLog

/// What one key asks the ledger to do, before or after it is signed.
///
/// Network, signer and sequence number together make a signed transaction good for one place and one time: there is
/// never a second ledger or a second moment at which the same bytes do anything.
package struct Transaction: Sendable, Hashable {
    /// The name of the network, which is the origin of its log.
    package var network: String
    /// The fingerprint of the network's genesis, which binds the transaction to it even where a name is used again.
    package var genesis: Hash?
    /// The key that signs; also the `kid` of the signature's header.
    package var signer: KeyIdentifier
    /// How many transactions of this key were recorded before.
    package var sequence: UInt64
    /// When the signer made it, by its own clock.
    ///
    /// A block takes it within an hour of its own time, which alone counts for everything else.
    package var time: Timestamp
    package var body: Body

    package init(
        network: String, genesis: Hash? = nil, signer: KeyIdentifier, sequence: UInt64, time: Timestamp, body: Body
    ) {
        self.network = network
        self.genesis = genesis
        self.signer = signer
        self.sequence = sequence
        self.time = time
        self.body = body
    }

    /// The `typ` of the header of a transaction's signature.
    package static let mediaType = "hansa-transaction+jws"

    /// The most bytes a signed transaction may have, which is what an entry of a tlog bundle can hold.
    package static let sizeLimit = 65_535

    /// How many milliseconds a transaction's time may be from its block's, before or after.
    package static let timeTolerance: Int64 = 3_600_000
}

extension Transaction {
    /// What a transaction does, with everything it needs for that.
    package enum Body: Sendable, Hashable {
        case networkGenesis(NetworkGenesis)
        case identityApply(IdentityApplication)
        case identityApprove(ApplicationDecision)
        case identityReject(ApplicationDecision)
        case identityDelegate(IdentityApplication)
        case identityUpdate(IdentityUpdate)
        case identitySuspend(StatusChange)
        case identityReinstate(StatusChange)
        case identityRetire(StatusChange)
        case keyAdd(KeyDeclaration)
        case keyRevoke(KeyRevocation)
        case datasetPublish(Dataset)
        case datasetWithdraw(DatasetWithdrawal)
        case policyPropose(PolicyProposal)
        case policyApprove(PolicyDecision)
        case policyReject(PolicyDecision)
        case policyWithdraw(PolicyDecision)
        case receiptsAnchor(ReceiptsAnchor)
    }
}

extension Transaction {
    /// The transaction as the exact bytes that are signed.
    package var payload: [UInt8] {
        let (type, body) = body.json
        var members: [(String, JSONValue)] = [("network", JSONValue(network))]
        if let genesis { members.append(("genesis", JSONValue(genesis.hex))) }
        members += [
            ("signer", JSONValue(signer.description)), ("sequence", JSONValue(sequence)),
            ("time", JSONValue(time.rfc3339)), ("type", JSONValue(type)), ("body", body),
        ]
        return JSONValue(members).bytes
    }

    /// The transaction as a compact JWS by the signer's key: the bytes that are submitted and become the leaf.
    ///
    /// Throws ``LedgerError`` of code `tooLarge` where they would not fit into a leaf.
    package func signed(by key: PrivateKey) throws(LedgerError) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try CompactJWS.sign(payload: payload, key: key, keyID: signer, type: Self.mediaType)
        } catch { throw LedgerError(.invalidSignature, "the key of `\(signer)` does not sign", cause: error) }
        try Self.checkSize(bytes)
        return bytes
    }

    /// Parses a signed transaction without verifying the signature, for reading what stands on the log.
    package init(parsing jws: [UInt8]) throws(LedgerError) {
        self = try SignedTransaction(parsing: jws).transaction
    }

    /// Parses the bytes that are signed.
    package init(payload bytes: [UInt8]) throws(LedgerError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes, limits: JSONLimits(size: sizeLimitOfPayload, depth: 16)) } catch {
            throw LedgerError(.malformed, "the transaction is not JSON", cause: error)
        }
        var reader = try MemberReader(value, at: "transaction")
        network = try reader.string("network", limit: 255)
        genesis = reader.optional("genesis") == nil ? nil : try reader.fingerprint("genesis")
        signer = try reader.keyIdentifier("signer")
        sequence = try reader.unsigned("sequence")
        time = try reader.timestamp("time")
        let type = try reader.string("type", limit: 64)
        body = try Body(type: type, json: reader.value("body"))
        try reader.finish()
    }

    static func checkSize(_ bytes: [UInt8]) throws(LedgerError) {
        guard bytes.count <= sizeLimit else {
            throw LedgerError(.tooLarge, "the signed transaction has \(bytes.count) bytes, more than \(sizeLimit)")
        }
    }
}

private let sizeLimitOfPayload = Transaction.sizeLimit
