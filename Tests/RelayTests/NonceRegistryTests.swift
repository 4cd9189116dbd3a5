import AccessReceipts
import CityIdentity
import Relay
import Testing

@Suite struct NonceRegistryTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func record(_ nonce: String, key: String = "MA.156.1301#exchange-1", lives: Int64 = 60) -> NonceRecord {
        NonceRecord(key: key, nonce: nonce, expires: self.now.adding(seconds: lives))
    }

    @Test func refusesWhatWasUsed() {
        let registry = NonceRegistry(limit: 100)
        #expect(registry.use(self.record("a"), now: self.now) == .fresh)
        #expect(registry.use(self.record("a"), now: self.now) == .replayed)
        #expect(registry.use(self.record("a", lives: 30), now: self.now) == .replayed)
        #expect(registry.use(self.record("b"), now: self.now) == .fresh)
        #expect(registry.use(self.record("a", key: "MA.156.1301#exchange-2"), now: self.now) == .fresh)
    }

    @Test func doesNotTakeTextsForEqualThatOnlyLookSo() {
        let registry = NonceRegistry(limit: 100)
        #expect(registry.use(self.record("\u{E9}"), now: self.now) == .fresh)
        #expect(registry.use(self.record("e\u{301}"), now: self.now) == .fresh)
    }

    @Test func remembersUntilTheEndAndNoLonger() {
        let registry = NonceRegistry(limit: 100, shardCount: 1)
        #expect(registry.use(self.record("a", lives: 60), now: self.now) == .fresh)
        #expect(registry.use(self.record("a"), now: self.now.adding(seconds: 60)) == .replayed)
        #expect(registry.use(self.record("a", lives: 200), now: self.now.adding(seconds: 61)) == .fresh)
        #expect(registry.count == 1)
    }

    @Test func forgetsNothingThatLivesWhenItIsFull() {
        let registry = NonceRegistry(limit: 2, shardCount: 1)
        #expect(registry.use(self.record("a"), now: self.now) == .fresh)
        #expect(registry.use(self.record("b"), now: self.now) == .fresh)
        #expect(registry.use(self.record("c"), now: self.now) == .full)
        #expect(registry.use(self.record("a"), now: self.now) == .replayed)
        #expect(registry.use(self.record("c", lives: 120), now: self.now.adding(seconds: 61)) == .fresh)
    }

    @Test func givesOneUseToOneOfMany() async {
        let registry = NonceRegistry(limit: 10_000)
        let fresh = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<500).count { registry.use(self.record("n\($0)"), now: self.now) == .fresh }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(fresh == 500)
    }
}
