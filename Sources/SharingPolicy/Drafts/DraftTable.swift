import CityIdentity
import StrictJSON

/// The tests beside a draft: those of its template with what stands in the draft for what stands there, and some more for
/// conditions that only the draft has.
struct DraftTable {
    private let template: PolicyTemplate
    private let answers: DraftAnswers
    private let uid: String
    private let codes: DraftCodes
    private let times: DraftTimes

    init(_ template: PolicyTemplate, _ answers: DraftAnswers, uid: String) {
        self.template = template
        self.answers = answers
        self.uid = uid
        codes = DraftCodes(template, answers)
        let end = template.constraint("dateTime")?["rightOperand"]?.string.flatMap { try? DraftEnd($0).end }
        times = DraftTimes(end: (end, answers.until?.end))
    }

    /// The table as YAML, about the policy in a file.
    func text(policy file: String) throws(PolicyError) -> String {
        let tests = try YAMLDocument.value(of: Array(template.table.utf8))["tests"]?.array ?? []
        let mapped = tests.map(counterpart)
        let lines = (mapped + more(mapped)).flatMap { test in
            (test.object?.members ?? []).enumerated().map { number, member in
                "\(number == 0 ? "  - " : "    ")\(member.name): \(YAMLText.text(member.value))"
            }
        }
        return "policies: \(YAMLText.list([file]))\ntests:\n" + lines.map { $0 + "\n" }.joined()
    }

    private func counterpart(_ test: JSONValue) -> JSONValue {
        var test = test.object ?? JSONObject()
        var request = test["request"]?.object ?? JSONObject()
        request["dataset"] = .string(answers.target.description)
        request["consumer"] = request["consumer"]?.string.map { .string(codes.counterpart(of: $0)) }
        request["time"] = request["time"]?.string.map { .string(times.counterpart(of: onClock($0))) }
        if let purpose = purpose(request["purpose"]?.string) { request["purpose"] = .string(purpose) }
        request["consumerShares"] = request["consumerShares"]?.array.map { .array($0.map(share)) }
        test["request"] = .object(request)
        test["rule"] = test["rule"]?.string.map { .string($0.replacing(template.uid, with: uid)) }
        test["duties"] = test["duties"]?.array.map { .array($0.map(duty)) }
        return .object(test)
    }

    /// The same time of day on the draft's clock as on the template's.
    private func onClock(_ time: String) -> String {
        guard let old = template.clock, let clock = answers.clock, time.hasSuffix(old) else { return time }
        return time.dropLast(old.count) + clock.offset
    }

    private func purpose(_ purpose: String?) -> String? {
        guard !answers.purposes.isEmpty else { return purpose }
        let named = template.purposes
        guard let purpose, !named.isEmpty else { return named.isEmpty ? answers.purposes[0] : nil }
        guard let index = named.firstIndex(of: purpose) else {
            return answers.purposes.contains(purpose) ? otherPurpose : purpose
        }
        return answers.purposes[min(index, answers.purposes.count - 1)]
    }

    private var otherPurpose: String {
        (["advertising", "curiosity"] + (0...DraftAnswers.maximum).map { "another-purpose-\($0)" })
            .first { !answers.purposes.contains($0) } ?? ""
    }

    private func share(_ name: JSONValue) -> JSONValue {
        let own = try? DatasetIdentifier(template.dataset).name
        if name.string == own { return .string(answers.target.name) }
        return name.string == answers.target.name ? .string(own ?? "another") : name
    }

    /// What the gateway does, in the words for the draft's fields.
    private func duty(_ words: JSONValue) -> JSONValue {
        guard let text = words.string else { return words }
        for (duty, operand, fields) in [
            ("redact", "field", answers.removedFields),
            ("suppressBelow", "field", answers.casesField.map { [$0] } ?? []),
            ("suppressBelow", "alike", answers.alikeFields),
        ] where !fields.isEmpty {
            let old = Self.words(PolicyTemplate.texts(template.refinement(duty, operand)))
            if text.contains(old) {
                return .string(text.replacing(old, with: Self.words(fields.flatMap(DraftAnswers.pointers))))
            }
        }
        return words
    }

    /// Pointers as the gateway's duties list them.
    private static func words(_ pointers: [String]) -> String {
        Set(pointers).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "`\($0)`" }.joined(separator: ", ")
    }

    // MARK: What the template has no tests of

    /// Each a test that comes out as permitted, with one thing changed.
    private func more(_ tests: [JSONValue]) -> [JSONValue] {
        guard let permitted = tests.first(where: { $0["expect"]?.string == "permit" }),
            let request = permitted["request"]?.object
        else { return [] }
        var more: [JSONValue] = []
        let permittedCodes = tests.filter { $0["expect"]?.string == "permit" }.compactMap {
            $0["request"]?["consumer"]?.string.flatMap { CodePath($0) }
        }
        for consumer in answers.consumers where !permittedCodes.contains(where: consumer.covers) {
            more.append(test("\(consumer) may too", request, ["consumer": .string(codes.below(consumer, units: []))]))
        }
        if template.consumers.isEmpty, !answers.consumers.isEmpty {
            more.append(
                test("a city that is not named", request, ["consumer": .string(codes.outsider)], denied: true))
        }
        if template.purposes.isEmpty, !answers.purposes.isEmpty {
            more.append(test("another purpose", request, ["purpose": .string(otherPurpose)], denied: true))
            more.append(test("no purpose", request, ["purpose": nil], denied: true))
        }
        if times.end.template == nil, let time = request["time"]?.string.flatMap({ try? Timestamp(rfc3339: $0) }),
            let last = times.last(time), let late = times.late(time)
        {
            more.append(test("shortly before it ends", request, ["time": .string(last.rfc3339)]))
            more.append(test("after it has ended", request, ["time": .string(late.rfc3339)], denied: true))
        }
        return more
    }

    private func test(
        _ name: String, _ request: JSONObject, _ changes: [String: JSONValue?], denied: Bool = false
    ) -> JSONValue {
        var request = request
        for (member, value) in changes { request[member] = value }
        let expected: [(String, JSONValue)] =
            denied ? [("expect", "deny"), ("reason", "no-permission")] : [("expect", "permit")]
        return JSONValue([("name", .string(name)), ("request", .object(request))] + expected)
    }
}
