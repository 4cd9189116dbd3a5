import CityIdentity
import SharingPolicy
import StrictJSON

/// A policy is refused or evaluated; what may be proposed reads the same again, and nothing that is read traps.
enum FuzzPolicyJSON {
    static func run(_ bytes: [UInt8]) { FuzzPolicy.run(bytes, format: .jsonld) }
}

/// The same of YAML.
enum FuzzPolicyYAML {
    static func run(_ bytes: [UInt8]) { FuzzPolicy.run(bytes, format: .yaml) }
}

private enum FuzzPolicy {
    static func run(_ bytes: [UInt8], format: Policy.Format) {
        guard let policy = try? Policy(reading: bytes, format: format) else { return }
        precondition(policy.bytes == bytes)
        precondition(((try? Policy(parsing: bytes, format: format)) != nil) == policy.isProposable)
        guard let consumer = try? IdentificationCode("MA.840.5363000"),
            let dataset = try? DatasetIdentifier("MA.156.1301/divisions")
        else { return }
        _ = policy.checkForProposal(by: consumer)
        for purpose in ["research", nil] {
            let request = AccessRequest(
                consumer: consumer, dataset: dataset, action: "read", purpose: purpose,
                time: Timestamp(milliseconds: 1_795_000_000_000), requestSize: 17)
            let decision = PolicySet([policy]).evaluate(request, EvaluationState { _ in 3 })
            precondition(!decision.explanation.isEmpty)
            precondition(
                (try? JSONValue(parsing: decision.json.bytes, limits: JSONLimits(size: .max, depth: 200, values: .max)))
                    != nil)
            precondition(decision.isPermit || decision.duties.isEmpty)
        }
    }
}
