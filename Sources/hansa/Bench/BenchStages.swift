import AccessReceipts
import ArgumentParser
import CityIdentity
import Crypto
import Ledger
import MessageSignatures
import SharingPolicy

/// `hansa bench stages`: what each thing costs that a gateway does with a small exchange besides passing it on.
struct BenchStages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stages", abstract: "Measure what each step of a small exchange costs, beside its raw operation.",
        discussion: """
            The same code as in the gateway, called by itself, in processor time: what is left of an exchange's time is
            TLS, HTTP and passing on. Beside each step stands the cryptographic operation in it, as the library has it. The
            signatures of keys that sign often are verified with a table of the key, as here, in less time than that.
            Receipts are written to a new store in --directory, 32 waiting at a time.
            Example: hansa bench stages --directory /var/lib/hansa
            """)

    @OptionGroup var output: OutputOptions

    @Option(name: .shortAndLong, help: "Where to make the store of receipts.")
    var directory = "."

    func run() async throws {
        let exchange = try SampleExchange()
        var stages = try exchange.stages()
        stages.append(try await storing())
        output.print(json: StageReport(stages).json, text: StageReport(stages).text)
    }

    /// What storing a receipt costs this process, all its threads and the kernel for it together.
    private func storing() async throws -> StageReport.Stage {
        let place = try BenchDirectory(below: directory)
        defer { place.remove() }
        let (key, sample) = (try PrivateKey(generating: .eddsa), try ReceiptSample())
        let origin = ReceiptsAnchor.origin(network: sample.network, gateway: sample.gateway)
        let store = try ReceiptStore(
            directory: place.path, origin: origin, signer: NoteKey.signer(name: origin, key: key))
        defer { store.close() }
        let count = 20_000
        let start = ProcessClock.nanoseconds
        _ = try await ConcurrentWork.run(count, workers: 32) { _, _ in try await store.append(sample.receipt()) }
        let bytes = sample.receipt().encoded
        return StageReport.Stage(
            member: "receipt", words: "receipt, encoded and stored",
            nanoseconds: (ProcessClock.nanoseconds - start) / UInt64(count),
            primitive: CallCost.median { _ = SHA256.hash(data: bytes) })
    }
}

/// One request as a consumer sends it, and everything that the steps need.
struct SampleExchange: Sendable {
    private let key: PrivateKey
    private let keyID: KeyIdentifier
    private let request: SignedExchangeRequest
    private let signature: SignatureFields.LabelledSignature
    private let policies: PolicySet
    private let dataset: DatasetIdentifier

    init() throws {
        let (consumer, provider) = (try IdentificationCode("MA.156.1301"), try IdentificationCode("MA.840.5363000"))
        key = try PrivateKey(generating: .es256)
        keyID = try KeyIdentifier(code: consumer, name: "exchange-1")
        dataset = try DatasetIdentifier(provider: provider, name: "bench")
        let signer = ExchangeSigner(keyID: keyID, key: key, address: try GatewayAddress("https://gateway.example"))
        request = try signer.sign(
            ExchangeRequest(target: "/exchange/\(dataset)/1k", purpose: "environmental-research"))
        guard let signature = try SignatureFields(FieldLines(request.fields)).signatures.first else {
            throw CommandError(.failure, "the sample request has no signature")
        }
        self.signature = signature
        let document = """
            {type: Set, uid: "urn:bench", title: Bench, permission: [{uid: "urn:bench#read", assigner: \(provider),
              assignee: \(consumer), target: \(dataset), action: read,
              constraint: [{leftOperand: purpose, operator: eq, rightOperand: environmental-research}]}]}
            """
        policies = PolicySet([try Policy(parsing: Array(document.utf8), format: .yaml)])
    }

    func stages() throws -> [StageReport.Stage] {
        let base = try signature.input.signatureBase(for: request.message)
        guard let table = ES256Table(key.publicKey), table.isValidSignature(signature.signature, for: base),
            decide().isPermit
        else {
            throw CommandError(.failure, "the sample request does not verify, or is not permitted")
        }
        let digest = SHA256.hash(data: base)
        let raw = P256.Signing.PrivateKey()
        let rawSignature = try raw.signature(for: digest)
        let rawVerify = CallCost.median { _ = raw.publicKey.isValidSignature(rawSignature, for: digest) }
        let rawSign = try CallCost.median { _ = try raw.signature(for: digest) }
        let lines = FieldLines(request.fields)
        var cache = SignatureInputCache()
        let input = try SignatureInput(
            components: ["@method", "@target-uri", "exchange-purpose"],
            parameters: SignatureParameters(
                created: Timestamp.now().seconds, keyID: keyID.description, tag: "hansa-relay"))
        let signer = MessageSigner(key: CitySigningKey(key: key))
        return [
            .init(
                member: "parsing", words: "signature fields, parsed",
                nanoseconds: try CallCost.median { _ = try SignatureFields(lines, cache: &cache) }),
            .init(
                member: "base", words: "signature base",
                nanoseconds: try CallCost.median { _ = try signature.input.signatureBase(for: request.message) }),
            .init(
                member: "verification", words: "ES256 verification",
                nanoseconds: CallCost.median { _ = table.isValidSignature(signature.signature, for: base) },
                primitive: rawVerify),
            .init(member: "policy", words: "policy", nanoseconds: CallCost.median { _ = decide() }),
            .init(
                member: "signature", words: "signature of the request to the provider",
                nanoseconds: try CallCost.median {
                    _ = try signer.sign(request.message, label: "hansa", input: input)
                }, primitive: rawSign),
        ]
    }

    private func decide() -> Decision {
        policies.evaluate(
            AccessRequest(
                consumer: keyID.code, dataset: dataset, action: "read", purpose: "environmental-research",
                time: .now()), EvaluationState { _ in 0 })
    }
}
