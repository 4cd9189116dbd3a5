import StrictJSON
import Testing

@testable import TransparencyLog

/// The add-checkpoint requests of tlog-witness, in order against one witness.
@Suite struct ConformanceWitness {
    @Test(Vectors.have("witness"), arguments: Vectors.shared.objects("witness"))
    func `a sequence of requests`(section: Case) throws {
        let logs = try section.cases("logs").map { log in
            try Witness.Log(origin: log.text("origin"), keys: log.keys("vkeys"))
        }
        let identity = Case(json: try #require(section.json["witness"]))
        let cosigner = try Cosigner(name: identity.text("name"), seed: identity.seed())
        #expect(try cosigner.verifierKey.description == identity.text("vkey"))
        var witness = Witness(cosigner: cosigner, logs: logs)
        let hashes = try section.cases("monitoring").map { try $0.text("originHash") }
        for step in try section.cases("steps") {
            let before = hashes.map { witness.checkpoint(originHash: $0) }
            guard try check(step, against: &witness) != 200 else { continue }
            #expect(hashes.map { witness.checkpoint(originHash: $0) } == before, "\(step.testDescription)")
        }
        for state in try section.cases("monitoring") { try checkMonitoring(state, of: witness) }
    }

    /// Sends the request of a step and returns the status.
    private func check(_ step: Case, against witness: inout Witness) throws -> Int {
        let response = try witness.addCheckpoint(step.textOrBase64("request"), at: step.number("time"))
        let expected = try Int(step.number("status"))
        let others = step.has("alsoAcceptable") ? try step.numbers("alsoAcceptable") : []
        #expect(([expected] + others).contains(response.status), "\(step.testDescription): \(response.status)")
        // Body and type are those of the expected status.
        guard response.status == expected else { return response.status }
        if step.has("responseBody") {
            #expect(try response.body == step.bytes("responseBody"), "\(step.testDescription)")
        }
        if step.has("contentType") {
            #expect(try response.contentType == step.text("contentType"), "\(step.testDescription)")
        }
        return response.status
    }

    private func checkMonitoring(_ state: Case, of witness: Witness) throws {
        let hash = try state.text("originHash")
        #expect(try Hash(hashing: state.bytes("origin")).hex == hash)
        let response = witness.checkpoint(originHash: hash)
        #expect(try response.status == Int(state.number("status")))
        if state.has("body") { #expect(try response.body == state.bytes("body")) }
    }
}
