import CityIdentity
import SharingPolicy

/// Everything that stands against a policy's being proposed, or is probably not meant by it.
struct PolicyExamination {
    let problems: [PolicyProblem]

    var errors: [PolicyProblem] { problems.filter { $0.severity == .error } }
    var warnings: [PolicyProblem] { problems.filter { $0.severity == .warning } }

    /// Looks at a policy as its proposer could.
    ///
    /// - Parameters:
    ///   - proposer: Who would propose it; where nobody is named, the city whose datasets it is about.
    ///   - replacing: Policies whose place it takes besides those that its document names.
    ///   - period: In which it would be in force.
    ///   - now: Before which nothing can be in force that is not yet.
    ///   - known: What the ledger has; `nil` where none is asked.
    ///   - isAnew: Whether it is an earlier policy, whose document cannot be changed: what that replaces may be long over.
    init(
        of policy: Policy, by proposer: IdentificationCode?, replacing: Set<PolicyHash> = [], in period: Period,
        asOf now: Timestamp, knowing known: PolicyKnowledge?, isAnew: Bool = false
    ) {
        let moment = max(period.from ?? now, now)
        let found = policy.checkForProposal(
            by: proposer ?? policy.datasets.first?.provider.city, knowsDataset: { known?.knows($0) ?? true },
            knowsParty: { known?.knows($0) ?? true })
        var problems =
            found + policy.lint(at: now, from: moment, until: period.until, besides: found) + policy.endlessCounts
        if let known {
            // Of one that is there already that is what is told.
            if replacing.isEmpty, !isAnew, known.isWhole, known.standing(of: policy) == nil,
                let wrong = PolicyReplacement(of: policy, by: proposer, knowing: known, at: now)?.problem
            {
                problems.append(wrong)
            }
            let replaced = known.replaced(by: policy, named: replacing, asOf: now)
            let gone = Set(replaced.map(\.policy.hash))
            if !replaced.isEmpty {
                let change = LedgerChange(
                    of: replaced, by: [NamedPolicy(policy, from: period.from, until: period.until)],
                    replacing: gone, asOf: now)
                problems += policy.broadenings(from: change.old, to: change.new, at: now)
            }
            if let standing = known.standing(of: policy) {
                problems.append(
                    PolicyProblem(
                        "", "it is \(standing) already: the same once more is refused", severity: .warning))
            }
            if !known.isWhole {
                problems.append(
                    PolicyProblem(
                        "", "it was compared with \(PolicyKnowledge.limit) policies of the city alone, which has more",
                        severity: .warning))
            }
            let beside = known.agreed.filter { agreed in
                agreed.from < period.until ?? .latest && agreed.until.map { $0 > moment } ?? true
                    && !gone.contains(agreed.policy.hash)
            }
            problems +=
                Self.namesakes(of: policy, in: beside) + policy.openings(beside: beside.map(\.policy), at: moment)
        } else {
            problems += policy.openings(beside: [], at: moment)
        }
        // What is expected of a document that cannot be changed is nothing that could be followed.
        self.problems =
            isAnew
            ? problems.map { $0.severity == .error ? $0 : PolicyProblem($0.path, $0.message, severity: .warning) }
            : problems
    }

    /// Others of the uid that would be in force beside it.
    private static func namesakes(of policy: Policy, in beside: [AgreedPolicy]) -> [PolicyProblem] {
        guard let uid = policy.uid else { return [] }
        return beside.filter { $0.policy.uid == uid && $0.policy.hash != policy.hash }.map { other in
            PolicyProblem(
                "/uid",
                "`\(PolicyError.excerpt(uid.text))` is the uid of a policy already that would be in force beside it: "
                    + "\(other.policy.hash)",
                expected:
                    "--replaces HASH or `replaces: \(PolicyError.excerpt(uid.text))` to take its place, or another uid",
                severity: .warning)
        }
    }
}
