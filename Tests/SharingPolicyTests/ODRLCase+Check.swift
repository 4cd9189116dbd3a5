import StrictJSON
import Testing

@testable import SharingPolicy

extension ODRLCase {
    /// Evaluates the case and its variants and holds them against what is expected.
    func check() throws {
        for evaluation in evaluations { try check(evaluation) }
    }

    private func check(_ evaluation: Evaluation) throws {
        let json = evaluation.json
        let proposed = try json["policy"].map(Self.policy)
        let registered = try (json["alreadyRegistered"]?.array ?? []).map(Self.policy)
        let others = try (json["policies"]?.array ?? []).map(Self.policy)
        let required = (json["requires"]?.array ?? []).compactMap(\.string)
        let lacking = required.filter { ODRLFeature.supports($0) == false }
        let isRefused = (proposed.map { [$0] } ?? others).contains { !Self.isRegistrable($0, beside: registered) }
        // A feature by a name not known here may be lacking; that shows in the policy being refused.
        let isBeyond = !lacking.isEmpty || (isRefused && required.contains { ODRLFeature.supports($0) == nil })
        let expectations = evaluation.acceptable
        let registration = expectations.compactMap { $0["registration"]?.string }.first
        if isBeyond {
            #expect(isRefused, "\(evaluation.name) needs \(required), of which something is not understood here")
        } else if registration == "accept" {
            #expect(!isRefused, "\(evaluation.name): \(proposed?.problems ?? [])")
        } else if registration == "refuse" {
            #expect(isRefused, "\(evaluation.name) should be refused")
        }
        var inForce = registered + others
        if let proposed, !isBeyond, registration == nil || !isRefused { inForce.append(proposed) }
        if let active = json["activePolicies"]?.array?.compactMap(\.string) {
            inForce.removeAll { policy in !active.contains { policy.uid == IRI($0) } }
        }
        let request = try Self.request(json)
        let state = Self.state(json)
        let decision = PolicySet(inForce).evaluate(request, state)
        if isBeyond {
            let refused = PolicySet(proposed.map { [$0] } ?? others)
            #expect(!refused.evaluate(request, state).isPermit, "\(evaluation.name)")
            return
        }
        let all = PolicySet(inForce + (proposed.map { [$0] } ?? []))
        let trace = all.report(request, state)
        let mismatches = expectations.map { self.mismatches(of: $0, decision, trace) }
        #expect(mismatches.contains([]), "\(evaluation.name): \(mismatches)\n\(decision.explanation)")
        if let expected = expectations.compactMap({ $0["conflict"]?.string }).first {
            #expect(all.conflict(state).rawValue == expected, "\(evaluation.name)")
        }
        let first = decision.explanation.split(separator: "\n").first.map(String.init) ?? ""
        #expect(first == decision.summary && first.hasSuffix("."))
        #expect(try JSONValue(parsing: decision.json.bytes)["decision"]?.string == decision.outcome.rawValue)
    }

    /// Whether a document may be registered beside others by ODRL alone: nothing is wrong with it, its uid is not another's,
    /// and it is not void by its own rules.
    private static func isRegistrable(_ policy: Policy, beside others: [Policy]) -> Bool {
        policy.isProposable && !others.contains { $0.uid != nil && $0.uid == policy.uid }
            && policy.contradictions.isEmpty
    }

    private static func policy(_ json: JSONValue) throws -> Policy { try Policy(reading: json.bytes, format: .jsonld) }

    /// In what an evaluation differs from one acceptable expectation.
    private func mismatches(of expected: JSONValue, _ decision: Decision, _ trace: DecisionTrace) -> [String] {
        var mismatches: [String] = []
        if let outcome = expected["decision"]?.string, outcome != decision.outcome.rawValue {
            mismatches.append("decision is \(decision.outcome.rawValue)")
        }
        for report in expected["ruleReports"]?.array ?? [] {
            let id = report["rule"]?.string ?? ""
            guard let actual = trace[rule: id] else {
                mismatches.append("no report on \(id)")
                continue
            }
            mismatches += self.mismatches(of: report, actual).map { "\(id): \($0)" }
        }
        return mismatches
    }

    private func mismatches(of expected: JSONValue, _ actual: RuleReport) -> [String] {
        var mismatches: [String] = []
        func compare<Compared: Equatable>(_ what: String, _ expected: Compared?, _ actual: Compared) {
            if let expected, expected != actual { mismatches.append("\(what) is \(actual), not \(expected)") }
        }
        compare("type", expected["type"]?.string.map { $0 == "duty" ? "obligation" : $0 }, actual.kind.rawValue)
        // Whether a prohibition that applies and is overridden counts as active the suite does not say; the decision shows it.
        if !actual.isOverridden { compare("active", expected["active"]?.bool, actual.isActive) }
        if let premises = expected["premises"]?.object {
            for premise in RuleReport.Premise.allCases where premise != .duty {
                let holds = actual.premises[premise].map { $0 == .yes }
                if holds != premises[premise.rawValue]?.bool {
                    mismatches.append("premise \(premise) is \(String(describing: holds))")
                }
            }
        }
        for constraint in expected["constraints"]?.array ?? [] {
            let uid = IRI(constraint["constraint"]?.string ?? "")
            let report = actual.constraints.first { $0.uid == uid }
            compare("constraint \(uid)", constraint["satisfied"]?.bool, report?.truth == .yes)
            if report == nil { mismatches.append("no report on constraint \(uid)") }
        }
        for condition in expected["conditions"]?.array ?? [] {
            let uid = IRI(condition["duty"]?.string ?? "")
            let report = actual.duties.first { $0.uid == uid }
            compare("duty \(uid)", condition["deontic"]?.string, report?.state.rawValue ?? "missing")
        }
        let reasons = expected["reasons"]?.array.map { Set($0.compactMap(\.string)) }
        compare("reasons", reasons, Set(actual.reasons.map(\.rawValue)))
        return mismatches
    }
}
