import Foundation
import StrictJSON
import Testing

@testable import SharingPolicy

/// Runs every case of every file of the ODRL conformance suite; what a field means stands in the suite's README.
@Suite struct ConformanceODRL {
    static let cases = ODRLCase.all

    @Test(.enabled(if: !cases.isEmpty, "no ODRL cases under HANSA_CONFORMANCE"), arguments: cases)
    func `decides, reports, registers and finds conflicts as expected`(odrlCase: ODRLCase) throws {
        for evaluation in odrlCase.evaluations { try check(evaluation) }
    }

    private func check(_ evaluation: ODRLCase.Evaluation) throws {
        let json = evaluation.json
        let proposed = try json["policy"].map { try Policy(reading: $0.bytes, format: .jsonld) }
        let registered = try (json["alreadyRegistered"]?.array ?? []).map {
            try Policy(reading: $0.bytes, format: .jsonld)
        }
        let others = try (json["policies"]?.array ?? []).map { try Policy(reading: $0.bytes, format: .jsonld) }
        let required = (json["requires"]?.array ?? []).compactMap(\.string)
        let lacking = required.filter { Profile.supports($0) == false }
        let isRefused = proposed.map { !$0.isRegistrable(beside: registered) } ?? false
        // A feature by a name not known here may be lacking; that shows in the policy being refused.
        let isBeyond = !lacking.isEmpty || (isRefused && required.contains { Profile.supports($0) == nil })
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
        let request = try ODRLCase.request(json)
        let state = ODRLCase.state(json)
        let decision = PolicySet(inForce).evaluate(request, state)
        if let proposed, isBeyond {
            #expect(!PolicySet([proposed]).evaluate(request, state).isPermit, "\(evaluation.name)")
            return
        }
        let trace = PolicySet(inForce + (proposed.map { [$0] } ?? [])).report(request, state)
        let mismatches = expectations.map { self.mismatches(of: $0, decision, trace) }
        #expect(
            mismatches.contains([]),
            "\(evaluation.name): \(mismatches)\n\(decision.explanation)")
        if let expected = expectations.compactMap({ $0["conflict"]?.string }).first {
            let analysed = PolicySet(inForce + (proposed.map { [$0] } ?? [])).conflict(state)
            #expect(analysed.rawValue == expected, "\(evaluation.name)")
        }
        let first = decision.explanation.split(separator: "\n").first.map(String.init) ?? ""
        #expect(first == decision.summary && first.hasSuffix("."))
        #expect(try JSONValue(parsing: decision.json.bytes)["decision"]?.string == decision.outcome.rawValue)
    }

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
        compare("active", expected["active"]?.bool, actual.isActive)
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
