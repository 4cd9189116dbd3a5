import CityIdentity
import SharingPolicy

/// Which policies in force a document means by its `replaces`.
struct PolicyReplacement {
    private let uid: IRI
    private let isOwn: (AgreedPolicy) -> Bool
    private let inForce: [AgreedPolicy]

    /// By hash; a document must mean one.
    let found: [PolicyHash]

    /// `nil` where the document says nothing of it.
    init?(of policy: Policy, by proposer: IdentificationCode?, knowing known: PolicyKnowledge, at now: Timestamp) {
        guard let uid = policy.replaces else { return nil }
        let provider = proposer ?? policy.datasets.first?.provider.city
        self.uid = uid
        isOwn = { $0.provider == provider && $0.holds(at: now) }
        inForce = known.agreed
        found = known.replaced(by: policy).filter(isOwn).map(\.policy.hash).sorted()
    }

    /// That it means none, or several; `nil` where it means one.
    var problem: PolicyProblem? {
        let name = "`\(PolicyError.excerpt(uid.text))`"
        guard found.count != 1 else { return nil }
        guard found.isEmpty else {
            return PolicyProblem(
                "/replaces",
                "\(found.count) policies in force are \(name): \(found.map(\.description).joined(separator: ", "))",
                expected: "--replaces HASH, which names the one whose place it takes")
        }
        // What many names begin with says nothing of which one is meant.
        let last = uid.text.split { ":/#".contains($0) }.last?.count ?? 0
        let meant = nearestName(
            to: uid.text,
            among: inForce.filter(isOwn).compactMap(\.policy.uid?.text).filter {
                editDistance(uid.text, $0) <= max(2, last / 3)
            })
        return PolicyProblem(
            "/replaces",
            "no policy of yours in force is \(name)"
                + (meant.map { " (did you mean `\(PolicyError.excerpt($0))`?)" } ?? ""),
            expected: "the uid of a policy in force, --replaces HASH with the hash of one, or no `replaces`")
    }
}
