import CityIdentity
import MessageSignatures
import Synchronization

/// Signs what the gateway tells a provider's system: who asks, for what, and under which receipt.
final class UpstreamRequestSigner: Sendable {
    /// The `tag` and the label of a gateway's signatures on requests.
    static let tag = "hansa-relay"
    static let label = "hansa"

    private let signer: MessageSigner
    private let keyID: KeyIdentifier
    /// The inputs of one second: there are four, by whether there is a purpose and a digest.
    private let inputs = Mutex<(second: Int64, known: [SignatureInput])>((.min, []))

    /// What the gateway says to the provider's system, all of it signed.
    struct Statement {
        let consumer: String
        let purpose: String?
        let receipt: String
        /// The values of the request's `Content-Digest`.
        let contentDigest: [String]

        /// The fields in the order that they are covered in.
        fileprivate var lines: [(component: ComponentIdentifier, values: [String])] {
            [
                (.exchangeConsumer, [self.consumer]), (.exchangePurpose, self.purpose.map { [$0] } ?? []),
                (.exchangeReceipt, [self.receipt]), (.contentDigest, self.contentDigest),
            ]
        }
    }

    init(key: PrivateKey, keyID: KeyIdentifier) {
        self.signer = MessageSigner(key: LedgerSigningKey(key: key))
        self.keyID = keyID
    }

    /// The gateway's signature of a request and its statement.
    func sign(
        _ statement: Statement, method: String, target: String, origin: UpstreamOrigin, at time: Timestamp
    ) throws -> MessageSigner.Signed {
        let lines = statement.lines.filter { !$0.values.isEmpty }
        let message = HTTPMessage(
            method: method, scheme: origin.isSecure ? "https" : "http", authority: origin.authority, target: target,
            fields: FieldLines(lines.flatMap { line in line.values.map { (line.component.name, $0) } }))
        let input = try self.input(covering: lines.map(\.component), at: time.seconds)
        return try self.signer.sign(message, label: Self.label, input: input)
    }

    private func input(covering fields: [ComponentIdentifier], at second: Int64) throws -> SignatureInput {
        try self.inputs.withLock { inputs in
            if inputs.second != second { inputs = (second, []) }
            let known = inputs.known.first { $0.components.dropFirst(2).elementsEqual(fields) }
            if let known { return known }
            let input = try SignatureInput(
                components: [.method, .targetURI] + fields,
                parameters: SignatureParameters(created: second, keyID: self.keyID.description, tag: Self.tag))
            inputs.known.append(input)
            return input
        }
    }
}
