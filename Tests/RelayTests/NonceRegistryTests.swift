import AccessReceipts
import CityIdentity
import Relay
import Testing

@Suite struct NonceRegistryTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private static let city = code("MA.156.1301")

    private static func code(_ text: String) -> IdentificationCode {
        guard let code = try? IdentificationCode(text) else { fatalError("the sample is a code") }
        return code
    }

    private func record(_ nonce: String, key: String = "MA.156.1301#exchange-1", lives: Int64 = 60) -> NonceRecord {
        NonceRecord(key: key, nonce: nonce, expires: self.now.adding(seconds: lives))
    }

    @Test func refusesWhatWasUsed() {
        let registry = NonceRegistry(limit: 100)
        #expect(registry.use(self.record("a"), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("a"), of: Self.city, now: self.now) == .replayed)
        #expect(registry.use(self.record("a", lives: 30), of: Self.city, now: self.now) == .replayed)
        #expect(registry.use(self.record("b"), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("a", key: "MA.156.1301#exchange-2"), of: Self.city, now: self.now) == .fresh)
    }

    @Test func doesNotTakeTextsForEqualThatOnlyLookSo() {
        let registry = NonceRegistry(limit: 100)
        #expect(registry.use(self.record("\u{E9}"), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("e\u{301}"), of: Self.city, now: self.now) == .fresh)
    }

    /// Where the key ends is part of what is remembered.
    @Test func doesNotTakeAKeysEndForTheNoncesBeginning() {
        let registry = NonceRegistry(limit: 100)
        #expect(registry.use(self.record("11", key: "a#b"), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("1", key: "a#b1"), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("", key: "a#b11"), of: Self.city, now: self.now) == .fresh)
        #expect(registry.count == 3)
    }

    @Test func remembersUntilTheEndAndNoLonger() {
        let registry = NonceRegistry(limit: 100, shardCount: 1)
        #expect(registry.use(self.record("a", lives: 60), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("a"), of: Self.city, now: self.now.adding(seconds: 60)) == .replayed)
        #expect(registry.use(self.record("a", lives: 200), of: Self.city, now: self.now.adding(seconds: 61)) == .fresh)
        #expect(registry.count == 1)
    }

    @Test func forgetsNothingThatLivesWhenItIsFull() {
        let registry = NonceRegistry(limit: 4, shardCount: 1)
        #expect(registry.use(self.record("a"), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("b"), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("c"), of: Self.city, now: self.now) == .full)
        #expect(registry.use(self.record("a"), of: Self.city, now: self.now) == .replayed)
        #expect(registry.use(self.record("c", lives: 120), of: Self.city, now: self.now.adding(seconds: 61)) == .fresh)
    }

    @Test func givesOneUseToOneOfMany() async {
        let registry = NonceRegistry(limit: 10_000)
        let fresh = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<500).count { registry.use(self.record("n\($0)"), of: Self.city, now: self.now) == .fresh }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(fresh == 500)
    }

    @Test func whatWasForgottenStaysRefusedWhenTheClockIsSetBack() {
        let registry = NonceRegistry(limit: 100, shardCount: 1)
        #expect(registry.use(self.record("a", lives: 60), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("b", lives: 200), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("c", lives: 200), of: Self.city, now: self.now.adding(seconds: 61)) == .fresh)
        #expect(registry.count == 2)
        // Neither what was seen nor what may have been is let in again; what ends later is, and what is known is known.
        #expect(registry.use(self.record("a", lives: 60), of: Self.city, now: self.now) == .forgotten)
        #expect(registry.use(self.record("d", lives: 59), of: Self.city, now: self.now) == .forgotten)
        #expect(registry.use(self.record("e", lives: 61), of: Self.city, now: self.now) == .fresh)
        #expect(registry.use(self.record("b", lives: 200), of: Self.city, now: self.now) == .replayed)
    }

    /// A clock that was far ahead for a moment costs no more than the life of what it made forgotten.
    @Test func aLeapForwardShutsNobodyOutForLong() {
        let registry = NonceRegistry(limit: 100)
        #expect(registry.use(self.record("a", lives: 60), of: Self.city, now: self.now) == .fresh)
        let ahead = self.now.adding(seconds: 1_000_000)
        #expect(registry.use(self.record("b", lives: 1_000_060), of: Self.city, now: ahead) == .fresh)
        #expect(registry.use(self.record("a", lives: 60), of: Self.city, now: self.now) == .forgotten)
        let soon = self.now.adding(seconds: 1)
        #expect(registry.use(self.record("c", lives: 61), of: Self.city, now: soon) == .fresh)
    }

    @Test func whatIsRecalledIsKnownWhateverItsNumber() async {
        let registry = NonceRegistry(limit: 4)
        let used = (0..<10).map { self.record("n\($0)") }
        await registry.recall(used + [self.record("n0", key: "?")] + used, forgotten: self.now.adding(seconds: 30))
        #expect(registry.count == 10)
        #expect(registry.use(self.record("n7"), of: Self.city, now: self.now) == .replayed)
        #expect(registry.use(self.record("x", lives: 30), of: Self.city, now: self.now) == .forgotten)
        #expect(registry.use(self.record("x", lives: 31), of: Self.city, now: self.now) == .full)
        #expect(registry.use(self.record("x", lives: 130), of: Self.city, now: self.now.adding(seconds: 61)) == .fresh)
    }

    /// All of them, whichever core took them up, and each as its own city's.
    @Test func aGreatManyAreRecalledAndCountedForTheirCities() async {
        let (registry, other) = (NonceRegistry(limit: 150_000), Self.code("MA.156.3301"))
        let used = (0..<100_000).map { number in
            self.record("n\(number)", key: number % 5 == 0 ? "MA.156.3301.01#exchange-1" : "MA.156.1301#exchange-1")
        }
        await registry.recall(used, forgotten: nil)
        #expect(registry.count == 100_000)
        #expect(used.allSatisfy { registry.use($0, of: Self.city, now: self.now) == .replayed })
        // Free are 50,000: less than the one city holds, and more than the other does.
        #expect(registry.use(self.record("new"), of: Self.city, now: self.now) == .full)
        #expect(registry.use(self.record("new", key: "MA.156.3301#exchange-1"), of: other, now: self.now) == .fresh)
        let ended = self.now.adding(seconds: 61)
        #expect(registry.use(self.record("new", lives: 120), of: Self.city, now: ended) == .fresh)
        #expect(registry.count == 1)
    }

    @Test func noCityTakesTheRoomOfTheOthers() {
        let registry = NonceRegistry(limit: 1000)
        func fill(_ city: IdentificationCode) -> Int {
            (0..<2000).count { index in
                let record = self.record("n\(index)", key: "\(city)#exchange-1")
                return registry.use(record, of: city, now: self.now) == .fresh
            }
        }
        // Each that fills its share leaves the next as much as it took, less what it took itself.
        #expect(fill(Self.city) == 500)
        #expect(fill(Self.code("MA.156.3301")) == 250)
        #expect(fill(Self.code("MA.840.5363000")) == 125)
        #expect(registry.count == 875)
        let record = self.record("later", lives: 120)
        #expect(registry.use(record, of: Self.city, now: self.now) == .full)
        // A share is given back when its nonces end.
        let later = self.now.adding(seconds: 61)
        #expect(registry.use(record, of: Self.city, now: later) == .fresh)
    }
}
