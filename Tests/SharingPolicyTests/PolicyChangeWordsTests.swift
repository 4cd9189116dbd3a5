import CityIdentity
import Foundation
import Testing

@testable import SharingPolicy

/// The sentences of a comparison of old and new policies, read as a person reads them, against every request of a small
/// universe: who gains and who loses what is said, all of it and nothing else.
@Suite struct PolicyChangeWordsTests {
    private static let consumers = [
        "MA.840.5363000", "MA.840.5363000.01", "MA.840.5363000.01.05", "MA.840.5363000.02", "MA.840.0667000",
        "MA.840.0667000.11", "MA.840.3611000", "MA.276.09162",
    ]
    private static let named = ["840", "840.5363000", "840.5363000.01", "840.0667000"]
    private static let actions = ["read", "modify", "play", "use"]
    private static let purposes = ["research", "planning", "other", nil]
    private static let times = [
        "2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00Z", "2026-11-22T08:00:00Z", "2026-11-23T07:59:59Z",
        "2026-11-24T12:00:00Z", "2026-11-24T12:00:00.001Z", "2026-11-28T08:00:00.001Z", "2026-11-30T18:00:00Z",
    ]

    private static func policies(_ generator: inout PropertyTests.Generator) throws -> PolicySet {
        func rules(_ kind: Rule.Kind, _ count: Int) -> String {
            (0..<count).map { _ in generator.plainRule(kind) }.joined(separator: ",")
        }
        let prohibition = generator.chance(40) ? #","prohibition":[\#(rules(.prohibition, 1))]"# : ""
        let bytes = Fixture.json(#""conflict":"prohibit","permission":[\#(rules(.permission, 2))]\#(prohibition)"#)
        return PolicySet([try Policy(parsing: bytes, format: .jsonld)])
    }

    @Test(arguments: 0..<80 as Range<UInt64>)
    func `what is said to change changes, and nothing else does`(seed: UInt64) throws {
        var generator = PropertyTests.Generator(state: seed &+ 12 << 40)
        let (old, new) = (try Self.policies(&generator), try Self.policies(&generator))
        let found = new.changes(from: old, near: Fixture.noon, budget: 200_000)
        try #require(found.isWhole)
        let spokenOf = Self.named.filter { name in
            (old.policies + new.policies).flatMap(\.rules).flatMap(\.assignees).contains {
                $0.iri.text == "did:ma:\(name)"
            }
        }.map { "MA." + $0 }
        let sentences = try found.changes.map { change in
            let others = found.changes.filter { $0.kind == change.kind }.flatMap(\.parties)
            return try Sentence(change, beside: others, spokenOf: spokenOf)
        }
        for consumer in Self.consumers {
            for action in Self.actions {
                for purpose in Self.purposes {
                    for time in Self.times {
                        let request = Fixture.request(consumer: consumer, action: action, purpose: purpose, time: time)
                        let before = old.evaluate(request, EvaluationState()).isPermit
                        let after = new.evaluate(request, EvaluationState()).isPermit
                        let said = sentences.filter { $0.covers(consumer, action, purpose, request.time) }.map(\.kind)
                        let expected: [PolicyChange.Kind] = before == after ? [] : [after ? .gains : .loses]
                        #expect(
                            Set(said) == Set(expected),
                            "seed \(seed): \(consumer) \(action) \(purpose ?? "-") \(time); \(found.changes.map { $0.parties.joined(separator: ", ") + " " + $0.words })"
                        )
                    }
                }
            }
        }
    }

    @Test func `units that are named by themselves are not among the others`() throws {
        let plain = Fixture.permission("")
        let without = Fixture.permission(
            "",
            policy:
                #""conflict":"prohibit","prohibition":[{"target":"did:ma:156.1301/divisions","assignee":"did:ma:840.5363000.01","action":"read"}],"#
        )
        let sets = try [plain, without].map { PolicySet([try Policy(parsing: $0, format: .jsonld)]) }
        func parties(_ old: PolicySet, _ new: PolicySet) -> [[String]] {
            new.changes(from: old, near: Fixture.noon).changes.map(\.parties)
        }
        #expect(parties(sets[0], sets[1]) == [["MA.840.5363000.01 and its units"]])
        #expect(parties(PolicySet(), sets[0]) == [["MA.840.5363000 and its units"]])
        #expect(
            parties(PolicySet(), sets[1]) == [["MA.840.5363000 and its units but MA.840.5363000.01 with its units"]])
    }
}

/// A change by its words alone.
private struct Sentence {
    let kind: PolicyChange.Kind
    private let parties: [String]
    private let actions: [String]
    private let conditions: [String]
    private let others: [String]
    private let spokenOf: [String]

    /// - Parameter others: All who are told of in the same list.
    init(_ change: PolicyChange, beside others: [String], spokenOf: [String]) throws {
        try #require(change.target.short == "MA.156.1301/divisions")
        kind = change.kind
        parties = change.parties
        actions = change.actions
        conditions = change.conditions
        self.others = others
        self.spokenOf = spokenOf
    }

    func covers(_ consumer: String, _ action: String, _ purpose: String?, _ time: Timestamp) -> Bool {
        parties.contains { isMeant($0, consumer) } && actions.contains { isDone($0, action) }
            && conditions.allSatisfy { condition in
                condition.contains("purpose") ? holds(condition, of: purpose) : TimeWords.hold(condition, at: time)
            }
    }

    /// Whether a party is meant by words such as `MA.840 and its other units` or `everybody else but MA.840.0667000`.
    private func isMeant(_ words: String, _ consumer: String) -> Bool {
        if words == "everybody" { return true }
        let parts = words.components(separatedBy: " but ")
        let isLeftOut = parts.dropFirst().joined().components(separatedBy: " and ").contains { name in
            let path = Self.path(name)
            guard !name.hasSuffix("that are not named") else {
                return consumer.hasPrefix(path + ".") && !isNamed(consumer, below: path)
            }
            return consumer == path || (name.hasSuffix("with its units") && consumer.hasPrefix(path + "."))
        }
        if isLeftOut { return false }
        if parts[0] == "everybody" { return true }
        if parts[0] == "everybody else" { return !isToldOf(consumer, below: "") }
        let path = Self.path(parts[0])
        if parts[0] == path { return consumer == path }
        let isOther = parts[0].contains("other ")
        let isUnit = consumer.hasPrefix(path + ".") && !(isOther && isToldOf(consumer, below: path + "."))
        return isUnit || (parts[0].hasPrefix("\(path) and its") && consumer == path)
    }

    private static func path(_ words: String) -> String {
        words.split(separator: " ").first { $0.hasPrefix("MA.") }.map(String.init) ?? ""
    }

    private func isNamed(_ consumer: String, below path: String) -> Bool {
        spokenOf.contains { $0.hasPrefix(path + ".") && (consumer == $0 || consumer.hasPrefix($0 + ".")) }
    }

    /// Whether the list speaks of a party by what is below a path.
    private func isToldOf(_ consumer: String, below path: String) -> Bool {
        others.contains { words in
            let name = Self.path(words.components(separatedBy: " but ")[0])
            guard name.hasPrefix(path), !name.isEmpty else { return false }
            if words == name { return consumer == name }
            return consumer.hasPrefix(name + ".") || (words.hasPrefix("\(name) and its") && consumer == name)
        }
    }

    private func isDone(_ words: String, _ action: String) -> Bool {
        guard words.hasPrefix("use (whatever the action"), words != action else { return words == action }
        let others = words.dropLast().components(separatedBy: " but ").dropFirst().first ?? ""
        return !others.components(separatedBy: " or ").contains(action)
    }

    private func holds(_ words: String, of purpose: String?) -> Bool {
        guard let purpose else { return words.contains("no purpose") }
        let isNamed = words.contains("`\(purpose)`")
        return words.contains("any purpose") ? !isNamed : isNamed
    }
}

extension PropertyTests.Generator {
    fileprivate mutating func plainRule(_ kind: Rule.Kind) -> String {
        var conditions: [String] = []
        if chance(60) {
            conditions.append(
                #"{"leftOperand":"purpose","operator":"\#(pick(["eq", "neq", "isAnyOf", "isNoneOf"]))","rightOperand":"\#(pick(["research", "planning"]))"}"#
            )
        }
        if chance(50) {
            conditions.append(
                pick([
                    #"{"leftOperand":"dateTime","operator":"\#(pick(["lt", "gteq"]))","rightOperand":"2026-11-22"}"#,
                    #"{"leftOperand":"dateTime","operator":"\#(pick(["lteq", "gt"]))","rightOperand":"2026-11-24T12:00:00Z"}"#,
                    #"{"leftOperand":"hansa:dayOfWeek","operator":"isNoneOf","rightOperand":["Saturday","Sunday"]}"#,
                    #"{"leftOperand":"hansa:timeOfDay","operator":"\#(pick(["lt", "gteq", "gt", "lteq"]))","rightOperand":"08:00:00Z"}"#,
                ]))
        }
        let assignee =
            chance(80)
            ? "\"assignee\":\"did:ma:\(pick(["840", "840.5363000", "840.5363000.01", "840.0667000"]))\"," : ""
        let constraint = conditions.isEmpty ? "" : ",\"constraint\":[\(conditions.joined(separator: ","))]"
        return
            #"{"target":"did:ma:156.1301/divisions",\#(assignee)"action":"\#(pick(["read", "use", "modify"]))"\#(constraint)}"#
    }
}
