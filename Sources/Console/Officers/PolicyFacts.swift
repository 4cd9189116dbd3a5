import CityIdentity
import Ledger
import SharingPolicy

/// What is told of one policy at a moment, in an officer's language.
struct PolicyFacts {
    private let record: PolicyRecord
    private let language: Language
    private let standing: PolicyRecord.Status
    /// What became of the latest proposal, where it is over.
    private let course: PolicyCourse?
    /// What it was before its bytes were proposed anew to no avail.
    private let former: PolicyCourse?
    private let needed: Int?

    init(
        _ record: PolicyRecord, earlier: [PolicyCourse], in view: LedgerView, at now: Timestamp, _ language: Language
    ) {
        self.record = record
        self.language = language
        standing = view.status(of: record, at: now)
        course = PolicyCourse(of: record, as: standing, at: now)
        former = course.map { !$0.wasInForce } ?? false ? earlier.last(where: \.wasInForce) : nil
        needed = view.identity(record.provider)?.policyApprovals
    }

    /// Whether its bytes were proposed anew to no avail, so that what it was before is to be looked up.
    static func mayHaveBeenMore(_ record: PolicyRecord, in view: LedgerView, at now: Timestamp) -> Bool {
        let course = PolicyCourse(of: record, as: view.status(of: record, at: now), at: now)
        return course.map { !$0.wasInForce } ?? false && record.history.count { $0.kind == .proposed } > 1
    }

    private var isSuspended: Bool { record.isSuspended && course == nil }

    private var latestStatus: String { language.text(isSuspended ? "policySuspended" : standing.rawValue) }

    /// Where it stands; of one that was proposed anew to no avail what it was, and what became of that.
    var status: String {
        guard let former else { return latestStatus }
        return "\(language.text(former.status.rawValue)) (\(language.text("proposedAnew")): \(latestStatus))"
    }

    /// Everything but the document.
    var facts: [Pages.Values] {
        let policy = try? Policy(reading: record.proposal.document, format: record.proposal.format)
        let asked = record.history.filter { $0.kind == .withdrawn }.suffix(record.withdrawals.count)
        let withdrawals = asked.map { "\($0.signer) (\($0.time.rfc3339))" }.joined(separator: ", ")
        var facts = [
            policy?.title.map { fact("title", $0) }, fact("hash", record.hash.description, isCode: true),
            fact("provider", record.provider.description, isCode: true),
            fact("dataset", record.targets.map(\.description).joined(separator: ", "), isCode: true),
            fact("status", isSuspended ? "\(status): \(language.text("suspension"))" : status),
        ]
        if let shown = former ?? course {
            facts += Self.parts(of: shown, language)
        } else {
            facts += standing == .proposed ? proposed : agreed
        }
        if let withdrawal = record.withdrawal, withdrawal.time != course?.ended {
            facts.append(fact("suspendedSince", withdrawal.time.rfc3339))
        }
        facts += [
            former == nil ? record.proposal.replaces.map { link("replaces", $0) } : nil,
            fact("approvals", approvals, isCode: true),
            withdrawals.isEmpty ? nil : fact("withdrawals", withdrawals, isCode: true),
            (former.map(\.reason) ?? record.reasonOfItsEnd).map { fact("reason", $0) }, anew,
        ]
        return facts.compactMap(\.self)
    }

    /// What became of an earlier proposal of the same bytes.
    func facts(of course: PolicyCourse) -> [Pages.Values] {
        let facts =
            [fact("status", language.text(course.status.rawValue)), fact("proposed", course.proposed.rfc3339)]
            + Self.parts(of: course, language) + [
                fact("approvals", course.approvals.map(\.description).joined(separator: ", "), isCode: true),
                course.reason.map { fact("reason", $0) },
            ]
        return facts.compactMap(\.self)
    }

    /// How many keys agreed, of how many that must, and which.
    private var approvals: String {
        let keys = former?.approvals ?? record.approvals
        return (needed.map { "\(keys.count) \(language.text("of")) \($0): " } ?? "")
            + keys.map(\.description).joined(separator: ", ")
    }

    /// What became of the latest proposal, of one that was something before.
    private var anew: Pages.Values? {
        guard former != nil, let course else { return nil }
        let words = [latestStatus, course.ended.rfc3339, course.reason].compactMap(\.self)
        return fact("proposedAnew", words.joined(separator: ", "))
    }

    private var proposed: [Pages.Values?] {
        [
            fact("since", record.changed.rfc3339),
            fact("proposedFrom", record.proposal.inForceFrom?.rfc3339 ?? language.text("asSoonAsAgreed")),
            record.proposal.inForceUntil.map { fact("proposedUntil", $0.rfc3339) },
        ]
    }

    private var agreed: [Pages.Values?] {
        [
            record.from.map { fact("inForceFrom", $0.rfc3339) }, record.until.map { fact("inForceUntil", $0.rfc3339) },
            record.replacedBy.map { link("replacedBy", $0) },
        ]
    }

    /// Since when it has been over, the time in which it was in force, and in whose favour it ended.
    private static func parts(of course: PolicyCourse, _ language: Language) -> [Pages.Values?] {
        let fact = { (key: String, value: String) in Pages.fact(language.text(key), value) }
        let successor = course.replacedBy.map {
            Pages.fact(
                language.text(course.status == .replaced ? "replacedBy" : "endedFor"), $0.description,
                href: "/policies/\($0)")
        }
        let term =
            course.wasInForce
            ? [course.from.map { fact("inForceFrom", $0.rfc3339) }, fact("inForceUntil", course.ended.rfc3339)]
            : [course.from.map { fact("neverInForce", $0.rfc3339) }]
        return [fact("since", course.ended.rfc3339)] + term + [successor]
    }

    private func fact(_ key: String, _ value: String, isCode: Bool = false) -> Pages.Values {
        Pages.fact(language.text(key), value, isCode: isCode)
    }

    private func link(_ key: String, _ hash: PolicyHash) -> Pages.Values {
        Pages.fact(language.text(key), hash.description, href: "/policies/\(hash)")
    }
}
