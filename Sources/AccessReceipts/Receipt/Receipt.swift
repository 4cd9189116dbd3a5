package import CityIdentity

/// What happened in one exchange, or in one part of it; never any of its content.
///
/// An exchange whose response is small has one `single` receipt. A streamed one has an `opening` receipt before its
/// first byte and a `closing` one at its end. A denied exchange has a `single` receipt whose decision is a denial.
package struct Receipt: Sendable, Hashable {
    /// Which part of an exchange a receipt speaks of.
    package enum Kind: Sendable, Hashable {
        case single
        case opening
        case closing(Closing)
    }

    package var id: ReceiptID
    package var kind: Kind
    /// The network whose ledger the decision was made against.
    package var network: String
    /// The gateway that decided and wrote the receipt.
    package var gateway: IdentificationCode
    /// When the exchange began; in a closing receipt, when it ended.
    package var time: Timestamp
    /// Whom the exchange is charged to: who signed the request or, where no signature was accepted, the TLS peer.
    package var consumer: IdentificationCode
    /// The TLS peer, where it is another than the consumer.
    package var peer: IdentificationCode?
    /// The city or unit whose data were asked for; `nil` where the request named none that can be read.
    package var provider: IdentificationCode?
    /// The data set asked for, as `MA.156.1301/air-quality`.
    package var dataset: String?
    /// The ODRL action that the data set's own table gives the method and path.
    package var action: String?
    package var purpose: String?
    package var method: String
    /// The target URI of the request, as signed.
    package var target: String
    package var decision: Decision
    /// The ledger's height that the decision was made against.
    package var ledgerHeight: UInt64
    package var request: Request
    /// `nil` while the exchange has none: in an opening receipt written before the provider answered.
    package var response: Response?

    package init(
        id: ReceiptID, kind: Kind = .single, network: String, gateway: IdentificationCode, time: Timestamp,
        consumer: IdentificationCode, peer: IdentificationCode? = nil, provider: IdentificationCode? = nil,
        dataset: String? = nil, action: String? = nil, purpose: String? = nil, method: String, target: String,
        decision: Decision, ledgerHeight: UInt64, request: Request = Request(), response: Response? = nil
    ) {
        self.id = id
        self.kind = kind
        self.network = network
        self.gateway = gateway
        self.time = time
        self.consumer = consumer
        self.peer = peer
        self.provider = provider
        self.dataset = dataset
        self.action = action
        self.purpose = purpose
        self.method = method
        self.target = target
        self.decision = decision
        self.ledgerHeight = ledgerHeight
        self.request = request
        self.response = response
    }
}

extension Receipt {
    /// What the policies said, and why.
    package struct Decision: Sendable, Hashable {
        package enum Outcome: String, Sendable, Hashable, CaseIterable { case permit, deny }

        package var outcome: Outcome
        /// Why, in a few words; for a denial its stable slug, such as `replayed-request`.
        package var reason: String?
        /// SHA-256 of the exact bytes of the policy that decided.
        package var policy: [UInt8]?
        /// The rule of that policy that decided.
        package var rule: String?
        /// What the consumer owes beyond what the gateway performed itself.
        package var obligations: [String]

        package init(
            _ outcome: Outcome, reason: String? = nil, policy: [UInt8]? = nil, rule: String? = nil,
            obligations: [String] = []
        ) {
            self.outcome = outcome
            self.reason = reason
            self.policy = policy
            self.rule = rule
            self.obligations = obligations
        }
    }

    /// The request as the gateway had received it when the receipt was written.
    package struct Request: Sendable, Hashable {
        /// Bytes of content.
        package var size: UInt64
        package var digest: Digest?
        package var signature: Signature?

        package init(size: UInt64 = 0, digest: Digest? = nil, signature: Signature? = nil) {
            self.size = size
            self.digest = digest
            self.signature = signature
        }
    }

    /// The response as the gateway sent it.
    package struct Response: Sendable, Hashable {
        package var status: Int
        /// Bytes of content handed to the consumer's connection.
        package var size: UInt64
        package var digest: Digest?
        package var signature: Signature?
        /// When the last byte was handed over.
        package var completed: Timestamp?

        package init(
            status: Int, size: UInt64 = 0, digest: Digest? = nil, signature: Signature? = nil,
            completed: Timestamp? = nil
        ) {
            self.status = status
            self.size = size
            self.digest = digest
            self.signature = signature
            self.completed = completed
        }
    }

    /// The digest of a content, as RFC 9530 writes it.
    package struct Digest: Sendable, Hashable {
        package enum Algorithm: String, Sendable, Hashable, CaseIterable {
            case sha256 = "sha-256"
            case sha512 = "sha-512"

            /// Bytes of the value.
            var length: Int { self == .sha256 ? 32 : 64 }
        }

        package let algorithm: Algorithm
        package let value: [UInt8]

        /// Makes a digest; `nil` where the value is not of the algorithm's length.
        package init?(_ value: [UInt8], algorithm: Algorithm = .sha256) {
            guard value.count == algorithm.length else { return nil }
            self.algorithm = algorithm
            self.value = value
        }
    }

    /// A signature under RFC 9421 with all that is needed to check it again: key, base and value.
    package struct Signature: Sendable, Hashable {
        package let key: KeyIdentifier
        /// The signature base, the exact bytes that were signed; ASCII, as section 2.5 of the RFC has it.
        package let base: [UInt8]
        package let value: [UInt8]

        /// Makes a record of a signature; `nil` where the base has a byte that no signature base has.
        package init?(key: KeyIdentifier, base: [UInt8], value: [UInt8]) {
            guard base.allSatisfy({ $0 == 0x0A || (0x20...0x7E).contains($0) || $0 == 0x09 }) else { return nil }
            self.key = key
            self.base = base
            self.value = value
        }
    }

    /// What ties a closing receipt to its opening, and how the exchange ended.
    package struct Closing: Sendable, Hashable {
        /// How a streamed exchange ended.
        package enum End: String, Sendable, Hashable, CaseIterable {
            /// All of the response was handed over.
            case complete
            /// The consumer went away.
            case aborted
            /// The provider's system failed or broke off.
            case failed
            /// The gateway ended it: a limit, a revoked key, or its shutdown.
            case cut
            /// The gateway stopped without a word; written when it started again.
            case interrupted
        }

        package var opening: ReceiptID
        /// The opening receipt's leaf in the log.
        package var openingLeaf: [UInt8]
        package var end: End

        package init(opening: ReceiptID, openingLeaf: [UInt8], end: End) {
            self.opening = opening
            self.openingLeaf = openingLeaf
            self.end = end
        }
    }

    /// A receipt that closes this one: the same exchange, a new id, the moment of its end.
    package func closing(
        id: ReceiptID, at time: Timestamp, leaf: [UInt8], end: Closing.End, request: Request? = nil,
        response: Response? = nil
    ) -> Receipt {
        var receipt = self
        receipt.id = id
        receipt.kind = .closing(Closing(opening: self.id, openingLeaf: leaf, end: end))
        receipt.time = time
        receipt.request = request ?? self.request
        receipt.response = response ?? self.response
        return receipt
    }

    /// Whether another receipt speaks of the same exchange: all but id, part, time and progress is the same, byte by byte.
    func speaks(ofSameExchangeAs other: Receipt) -> Bool {
        var twin = other
        twin.id = id
        twin.kind = kind
        twin.time = time
        twin.request = request
        twin.response = response
        return twin.encoded == encoded && other.request.signature == request.signature
    }
}
