import NIOCore
import Relay
import Testing

@Suite struct ContentPaceTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func moment(_ tenths: Int64) -> NIODeadline { self.start + .milliseconds(tenths * 100) }

    /// Goes on for so many tenths of a second, with bytes in each; says in which tenths the pace was not kept.
    private func run(
        _ pace: inout ContentPace, _ tenths: Range<Int64>, bytes: Int, isTurn: Bool = true
    ) -> [Int64] {
        tenths.filter { tenth in
            pace.moved(bytes)
            return !pace.isKept(isTurn: isTurn, now: self.moment(tenth))
        }
    }

    @Test func whatIsFastEnoughGoesOnForEver() {
        var pace = ContentPace(rate: 100, window: .seconds(2))
        #expect(self.run(&pace, 0..<1000, bytes: 10).isEmpty)
    }

    @Test func whatIsTooSlowIsFoundAfterAWindow() {
        var pace = ContentPace(rate: 100, window: .seconds(2))
        #expect(self.run(&pace, 0..<30, bytes: 9).first == 20)
    }

    /// A burst at the beginning does not pay for what follows.
    @Test func everyWindowCountsByItself() {
        var pace = ContentPace(rate: 100, window: .seconds(2))
        pace.moved(1_000_000)
        #expect(self.run(&pace, 0..<100, bytes: 0).first == 40)
    }

    @Test func theGatewaysOwnTimeIsNobodysFault() {
        var pace = ContentPace(rate: 100, window: .seconds(2))
        #expect(self.run(&pace, 0..<15, bytes: 0).isEmpty)
        #expect(self.run(&pace, 15..<500, bytes: 0, isTurn: false).isEmpty)
        // What was waited before counts on.
        #expect(self.run(&pace, 500..<520, bytes: 0).first == 506)
    }

    @Test func withoutARateEverythingIsFastEnough() {
        var pace = ContentPace(rate: 0, window: .seconds(2))
        #expect(self.run(&pace, 0..<1000, bytes: 0).isEmpty)
    }
}
