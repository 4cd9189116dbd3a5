import Testing

@testable import Relay

@Suite struct SharesTests {
    @Test func noneTakesMoreThanItsShare() {
        let shares = Shares<String>(of: 2)
        let taken = (0..<3).map { _ in shares.take("a") }
        #expect(taken == [true, true, false])
        #expect(shares.take("b"))
        shares.giveBack("a")
        #expect(shares.take("a"))
    }

    @Test func littleIsLessThanHalfOfTheAverage() {
        let shares = Shares<String>(of: 100)
        #expect(!shares.holdsLittle("a"))
        for _ in 0..<10 { _ = shares.take("a") }
        #expect(!shares.holdsLittle("a"))
        #expect(shares.holdsLittle("b"))
        // 3 of 13, where two cities have 6.5 on average; then 4 of 14.
        for _ in 0..<3 { _ = shares.take("b") }
        #expect(shares.holdsLittle("b"))
        _ = shares.take("b")
        #expect(!shares.holdsLittle("b"))
        for _ in 0..<10 { shares.giveBack("a") }
        #expect(!shares.holdsLittle("b"))
    }
}
