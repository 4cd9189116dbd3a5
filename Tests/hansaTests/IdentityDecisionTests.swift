import Ledger
import StrictJSON
import Testing

@testable import hansa

/// What a registrar's vote has come to, in words.
@Suite struct IdentityDecisionTests {
    private static func waiting(_ votes: String) throws -> JSONValue {
        try JSONValue(
            parsing: Array(
                #"{"identity":{"code":"MA.840.5363000"},"applications":[{"identity":{"application":"T"\#(votes)}}]}"#
                    .utf8))
    }

    @Test func theVotesThatAreMissingAreCounted() throws {
        let one = try Self.waiting(#","votes":{"approve":["MA.156.1301"]}"#)
        #expect(
            DecisionOptions.outcome(.approve, "T", answer: one, needed: 3)
                == "it waits: 1 of the 3 registrars that must vote for it have; 2 more votes are needed")
        #expect(
            DecisionOptions.outcome(.approve, "T", answer: one, needed: 2)
                == "it waits: 1 of the 2 registrars that must vote for it have; 1 more vote is needed")
        #expect(
            DecisionOptions.outcome(.reject, "T", answer: one, needed: 2)
                == "it waits: 0 of the 2 registrars that must vote against it have; 2 more votes are needed")
    }

    @Test func whatIsDecidedIsSaid() throws {
        let active = try JSONValue(
            parsing: Array(#"{"identity":{"code":"MA.840.5363000","status":"active"}}"#.utf8))
        #expect(DecisionOptions.outcome(.approve, "T", answer: active, needed: 1) == "MA.840.5363000 is active now")
        #expect(DecisionOptions.outcome(.reject, "T", answer: nil, needed: 1) == "the application is rejected")
    }
}
