import TransparencyLog

/// A request that parses is written again byte by byte; a witness cosigns only what its log signed and what extends.
enum FuzzWitness {
    private static let logKey =
        "conformance.example/log-a+5e2b8704+AZ+qeKYvjCUvyU71fpk5NK+2LDwdMmKUk9mGEul45Mgw"

    private static let witness: Witness = {
        do {
            let key = try NoteVerifierKey(parsing: logKey)
            let cosigner = try Cosigner(name: "witness.example/w", seed: Array(repeating: 1, count: 32))
            return Witness(cosigner: cosigner, logs: [Witness.Log(origin: key.name, keys: [key])])
        } catch {
            fatalError("the witness cannot be made: \(error)")
        }
    }()

    static func run(_ bytes: [UInt8]) {
        let request = try? AddCheckpointRequest(parsing: bytes)
        if let request { precondition(request.bytes == bytes, "the request was written again otherwise") }
        switch witness.evaluate(bytes, at: 1) {
        case .refused(let response):
            precondition([400, 403, 404, 409, 422].contains(response.status), "a refusal with another status")
            precondition(request != nil || response.status == 400, "a malformed request went further")
        case .cosigned(let record, let response):
            precondition(response.status == 200 && record.checkpoint == request?.checkpoint, "another checkpoint")
            precondition(request?.oldSize == 0 && request?.proof.isEmpty == true, "a proof from nothing")
            // The log's signature and the witness's: the lines of strangers are left behind.
            precondition(record.note.signatures.count >= 2, "a record without its signatures")
        }
    }
}
