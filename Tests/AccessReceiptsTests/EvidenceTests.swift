import CityIdentity
import Logging
import Testing
import TransparencyLog

@testable import AccessReceipts

@Suite struct EvidenceTests {
    /// Stores receipts between others, anchors them, and hands on the evidence for the first of them.
    private static func evidence(
        _ ledger: TestLedger, _ receipts: (ReceiptStore) async throws -> ReceiptID
    ) async throws -> [UInt8] {
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                try await Samples.fill(store, 300)
                let id = try await receipts(store)
                try await Samples.fill(store, 5)
                try await ReceiptAnchorer(
                    store: store, ledger: ledger.anchoring, logger: Logger(label: "test")
                ).anchor()
                try await store.append(Samples.receipt())
                return try await store.reader.evidence(for: id, ledger: ledger.evidence).bytes
            }
        }
    }

    private static func evidence(_ ledger: TestLedger, of receipt: Receipt) async throws -> [UInt8] {
        try await evidence(ledger) { store in try await store.append(receipt).id }
    }

    private static func verify(_ evidence: [UInt8], _ ledger: TestLedger) -> EvidenceReport {
        EvidenceVerifier(trust: ledger.trust()).verify(evidence)
    }

    @Test func aSignedExchangeIsProven() async throws {
        let ledger = try TestLedger()
        let receipt = try SignedExchange(ledger: ledger).single()
        let report = Self.verify(try await Self.evidence(ledger, of: receipt), ledger)
        #expect(report.isAccepted, "\(report.checks.filter { !$0.isPassed })")
        #expect(report.receipts == [receipt])
        #expect(report.anchored == Samples.start)
        #expect(report.checks.count == 13)
    }

    @Test func aStreamedExchangeIsProvenByBothReceipts() async throws {
        for askFor in [Receipt.Kind.opening, .single] {
            let ledger = try TestLedger()
            let exchange = SignedExchange(ledger: ledger)
            let bytes = try await Self.evidence(ledger) { store in
                let opening = try exchange.opening()
                let position = try await store.append(opening)
                let closing = opening.closing(
                    id: ReceiptID(at: opening.time), at: opening.time.adding(seconds: 3600), leaf: position.entry,
                    end: .complete, response: try exchange.response(to: opening.id))
                try await store.append(closing)
                return askFor == .opening ? opening.id : closing.id
            }
            let report = Self.verify(bytes, ledger)
            #expect(report.isAccepted, "\(report.checks.filter { !$0.isPassed })")
            #expect(report.receipts.map(\.kind.name) == ["opening", "closing"])
        }
    }

    @Test func aDenialIsProvenWithoutSignatures() async throws {
        let ledger = try TestLedger()
        let report = Self.verify(
            try await Self.evidence(ledger, of: Samples.receipt(outcome: .deny)), ledger)
        #expect(report.isAccepted, "\(report.checks.filter { !$0.isPassed })")
    }

    @Test func oneFlippedBitAnywhereIsRefused() async throws {
        let ledger = try TestLedger()
        let receipt = try SignedExchange(ledger: ledger).single()
        try Self.expectEveryBitToMatter(in: try await Self.evidence(ledger, of: receipt), step: 2, ledger)
    }

    @Test func oneFlippedBitInTheEvidenceOfAStreamedExchangeIsRefused() async throws {
        let ledger = try TestLedger()
        let exchange = SignedExchange(ledger: ledger)
        let bytes = try await Self.evidence(ledger) { store in
            let opening = try exchange.opening()
            let position = try await store.append(opening)
            return try await store.append(
                opening.closing(
                    id: ReceiptID(at: opening.time), at: opening.time, leaf: position.entry, end: .complete,
                    response: try exchange.response(to: opening.id))
            ).id
        }
        try Self.expectEveryBitToMatter(in: bytes, step: 16, ledger)
    }

    private static func expectEveryBitToMatter(in bytes: [UInt8], step: Int, _ ledger: TestLedger) throws {
        let verifier = EvidenceVerifier(trust: ledger.trust())
        try #require(verifier.verify(bytes).isAccepted)
        for index in stride(from: 0, to: bytes.count, by: step) {
            var changed = bytes
            changed[index] ^= 1 << UInt8(index % 8)
            #expect(!verifier.verify(changed).isAccepted, "bit \(index % 8) of byte \(index)")
        }
        #expect(!verifier.verify(Array(bytes.dropLast())).isAccepted)
        #expect(!verifier.verify(bytes + [0x0A]).isAccepted)
    }

    /// Receipts that a gateway could write and sign and anchor, and that its consumer's signature does not bear out.
    @Test(arguments: [
        SignedExchange.requestBase(method: "POST"), SignedExchange.requestBase(target: "https://gateway.example/"),
        SignedExchange.requestBase(purpose: "advertising"), SignedExchange.requestBase(tag: "other"),
        SignedExchange.requestBase(key: "MA.840.5363000#exchange-2"),
        SignedExchange.requestBase(created: Samples.start.seconds - 66),
        SignedExchange.requestBase(created: Samples.start.seconds + 6),
        SignedExchange.requestBase(extra: "\n\"content-digest\": sha-256=:AAAA:"),
        SignedExchange.requestBase(extra: "\n\"@method\": GET"), SignedExchange.requestBase(extra: "\nx"), "",
    ])
    func aRequestThatSaysSomethingElseIsRefused(base: String) async throws {
        let ledger = try TestLedger()
        let exchange = SignedExchange(ledger: ledger)
        let receipt = try exchange.single(
            try exchange.request(base, digest: Receipt.Digest(Array(repeating: 1, count: 32))))
        let report = Self.verify(try await Self.evidence(ledger, of: receipt), ledger)
        let failed = report.checks.filter { !$0.isPassed }.map(\.statement)
        #expect(failed == ["the request that was signed is the one in the receipt"])
    }

    @Test func contentWithoutASignedDigestIsRefused() async throws {
        let digest = try #require(Receipt.Digest(Array(repeating: 1, count: 32)))
        let signed = "\n\"content-digest\";tr: sha-512=:AA==:, \(digest.fieldValue)"
        for (extra, isAccepted) in [("", false), (signed, true)] {
            let ledger = try TestLedger()
            let exchange = SignedExchange(ledger: ledger)
            let receipt = try exchange.single(
                try exchange.request(SignedExchange.requestBase(extra: extra), size: 5, digest: digest))
            let report = Self.verify(try await Self.evidence(ledger, of: receipt), ledger)
            #expect(report.isAccepted == isAccepted, "\(report.checks.filter { !$0.isPassed })")
        }
    }

    @Test func aResponseThatSaysSomethingElseIsRefused() async throws {
        let other = ReceiptID(at: Samples.start)
        for change in 0..<4 {
            let ledger = try TestLedger()
            let exchange = SignedExchange(ledger: ledger)
            var receipt = try exchange.single()
            receipt.response = try exchange.response(
                to: receipt.id, status: change == 0 ? 201 : 200, names: change == 1 ? other : nil,
                answers: change == 2 ? "POST" : "GET",
                binding: change == 3 ? try exchange.request().signature?.value : nil)
            let failed = Self.verify(try await Self.evidence(ledger, of: receipt), ledger).checks.filter {
                !$0.isPassed
            }
            #expect(failed.map(\.statement) == ["the response that was signed is the one in the receipt"])
        }
    }

    @Test func anUnsignedPermittedExchangeIsRefused() async throws {
        let ledger = try TestLedger()
        #expect(!Self.verify(try await Self.evidence(ledger, of: Samples.receipt()), ledger).isAccepted)
    }

    @Test(arguments: ["MA.840.5363000#exchange-1", "MA.156.1301.90#receipts-1"])
    func aKeyThatWasRevokedBeforeIsRefusedAndOneRevokedLaterIsNot(key: String) async throws {
        let ledger = try TestLedger()
        let evidence = try await Self.evidence(ledger, of: try SignedExchange(ledger: ledger).single())
        let id = try KeyIdentifier(key)
        let before = EvidenceVerifier(trust: ledger.trust(id, at: Samples.start)).verify(evidence)
        #expect(before.checks.count { !$0.isPassed } == 1)
        let after = ledger.trust(id, at: Samples.start.adding(milliseconds: 1))
        #expect(EvidenceVerifier(trust: after).verify(evidence).isAccepted)
    }

    @Test func anotherLedgersEvidenceIsRefused() async throws {
        let ledger = try TestLedger()
        let evidence = try await Self.evidence(ledger, of: try SignedExchange(ledger: ledger).single())
        let other = try NoteSigner(name: Samples.network, seed: Array(repeating: 201, count: 32))
        let state = ledger.trust().state
        let trust = EvidenceTrust(
            ledger: CheckpointPolicy(origin: Samples.network, logKeys: [other.verifierKey]), state: state)
        #expect(!EvidenceVerifier(trust: trust).verify(evidence).isAccepted)
        let name = EvidenceTrust(
            ledger: CheckpointPolicy(origin: "other", logKeys: [ledger.signer.verifierKey]), state: state)
        #expect(!EvidenceVerifier(trust: name).verify(evidence).isAccepted)
    }

    /// The gateway signed the transaction, it is a leaf under a final checkpoint, and the ledger recorded that it does nothing.
    @Test(arguments: [0, 3, -2])
    func anAnchorThatTheLedgerRefusedIsRefused(more: Int) async throws {
        let ledger = try TestLedger()
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let receipt = try SignedExchange(ledger: ledger).single()
                try await store.append(receipt)
                try await Samples.fill(store, 5)
                try await ReceiptAnchorer(
                    store: store, ledger: ledger.anchoring, logger: Logger(label: "test")
                ).anchor()
                try await Samples.fill(store, 5)
                let taken = try #require(ledger.anchors.last)
                let size = UInt64(Int(taken.size) + more)
                let again = AnchorRequest(
                    origin: taken.origin, size: size, root: try await store.reader.root(size: size),
                    previousSize: taken.previousSize, proof: taken.proof)
                let leaf = try ledger.refuse(again)
                let sound = try await store.reader.evidence(for: receipt.id, ledger: ledger.evidence).bytes
                #expect(Self.verify(sound, ledger).isAccepted)
                let evidence = try await store.reader.evidence(for: receipt.id, ledger: ledger.evidence(leaf: leaf))
                let failed = Self.verify(evidence.bytes, ledger).checks.filter { !$0.isPassed }.map(\.statement)
                #expect(failed.contains { $0.hasPrefix("the ledger took the anchor") })
            }
        }
    }

    @Test func aReceiptThatIsNotAnchoredHasNoEvidence() async throws {
        let ledger = try TestLedger()
        try await Samples.withDirectory { directory in
            try await Samples.withStore(directory) { store in
                let id = try await store.append(Samples.receipt()).id
                let error = await #expect(throws: ReceiptError.self) {
                    try await store.reader.evidence(for: id, ledger: ledger.evidence)
                }
                #expect(error?.code == .notAnchored)
                let unknown = await #expect(throws: ReceiptError.self) {
                    try await store.reader.evidence(for: ReceiptID(at: Samples.start), ledger: ledger.evidence)
                }
                #expect(unknown?.code == .unknownReceipt)
            }
        }
    }
}
