import Testing

@testable import SharingPolicy

/// What is said of the events that have to be declared.
@Suite struct EventWordsTests {
    private static func event(_ comparison: String, _ names: String...) -> String {
        let values = names.map { "\"urn:hansa:events:\($0)\"" }.joined(separator: ",")
        return #"{"leftOperand":"event","operator":"\#(comparison)","rightOperand":[\#(values)]}"#
    }

    @Test(arguments: [
        ([event("isAnyOf", "flood", "dam-failure")], ["while `flood` or `dam-failure` is declared"]),
        ([event("isAllOf", "flood", "dam-failure")], ["while `flood` and `dam-failure` are declared"]),
        ([event("isAnyOf", "flood")], ["while `flood` is declared"]),
        ([event("isNoneOf", "flood")], ["any event but `flood`"]),
        ([event("isNoneOf", "flood", "storm")], ["any event but `flood`, `storm`"]),
    ])
    func `sets of events that contain others say nothing new`(constraints: [String], words: [String]) throws {
        let policy = try Policy(parsing: Fixture.constraint(constraints.joined(separator: ",")), format: .jsonld)
        let found = PolicySet([policy]).changes(from: PolicySet(), near: Fixture.noon)
        #expect(found.isWhole && !found.changes.isEmpty)
        for change in found.changes {
            #expect(change.conditions.map { $0.replacing("urn:hansa:events:", with: "") } == words)
        }
    }

    @Test func `what is told by more than what all have is said set by set`() {
        let names = ["a", "b"].map { Value.name(IRI("urn:example:\($0)")) }
        let all = [[], [names[0]], [names[1]], names]
        #expect(ValueSets([[names[0]]], among: all).needed == nil)
        #expect(ValueSets([[names[0]]], among: all).eventWords == nil)
        #expect(ValueSets([[names[0]], names], among: all).needed == [[names[0]]])
        #expect(ValueSets([[], [names[1]]], among: all).needed == nil)
    }
}
