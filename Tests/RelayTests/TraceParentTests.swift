import Testing

@testable import Relay

@Suite struct TraceParentTests {
    private let sample = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func staysInTheTraceOfWhoeverAsked() throws {
        var generator = SplitMix(state: 1)
        let next = TraceParent.next(after: self.sample, using: &generator)
        #expect(next.trace == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(next.flags == "01")
        #expect(next.parent != "00f067aa0ba902b7")
        #expect(TraceParent(next.text) == next)
    }

    @Test(arguments: [
        nil, "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00\r\n4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ])
    func beginsATraceWhereThereIsNone(_ incoming: String?) {
        var generator = SplitMix(state: 2)
        let next = TraceParent.next(after: incoming, using: &generator)
        #expect(TraceParent(next.text) == next)
        #expect(next.trace != "4bf92f3577b34da6a3ce929d0e0e4736")
    }
}
