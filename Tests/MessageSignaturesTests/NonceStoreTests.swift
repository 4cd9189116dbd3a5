import Synchronization
import Testing

@testable import MessageSignatures

struct NonceStoreTests {
    private func record(_ number: Int, expires: Int64) -> NonceRecord {
        NonceRecord(keyID: "key", nonce: "nonce-\(number)", expires: expires)
    }

    @Test func `a nonce is fresh once, and again only after it expired`() {
        let store = BoundedNonceStore(capacity: 10)
        #expect(store.claim(record(1, expires: 100), at: 40) == .fresh)
        #expect(store.claim(record(1, expires: 100), at: 40) == .reused)
        #expect(store.claim(record(1, expires: 160), at: 100) == .reused)
        #expect(store.claim(record(1, expires: 160), at: 101) == .fresh)
        #expect(store.claim(record(1, expires: 160), at: 160) == .reused)
    }

    @Test func `keys and nonces do not run into one another`() {
        let store = BoundedNonceStore(capacity: 10)
        let pairs = [("a", "b"), ("ab", ""), ("", "ab"), ("a", "B"), ("1:a", "b"), ("1", ":ab")]
        for (key, nonce) in pairs {
            #expect(store.claim(NonceRecord(keyID: key, nonce: nonce, expires: 10), at: 1) == .fresh)
        }
    }

    @Test func `a full store says so, keeps what it has, and has room again when something expires`() {
        let store = BoundedNonceStore(capacity: 100)
        for number in 0..<100 { #expect(store.claim(record(number, expires: 100), at: 50) == .fresh) }
        #expect(store.claim(record(100, expires: 100), at: 50) == .full)
        #expect(store.claim(record(99, expires: 100), at: 50) == .reused)
        #expect(store.claim(record(100, expires: 200), at: 99) == .full)
        #expect(store.claim(record(100, expires: 200), at: 112) == .fresh)
        #expect(store.claim(record(100, expires: 200), at: 112) == .reused)
    }

    @Test func `what is past is forgotten, so that a long run needs no more than a short one`() {
        let store = BoundedNonceStore(capacity: 1000)
        for second in 0..<2000 {
            for number in 0..<8 {
                let claim = store.claim(record(second * 8 + number, expires: Int64(second) + 65), at: Int64(second))
                #expect(claim == .fresh)
            }
        }
        #expect(store.records.count <= 700)
    }

    @Test func `nonces outlive a restart through what the hook stored`() {
        let stored = Mutex<[NonceRecord]>([])
        let before = BoundedNonceStore(capacity: 10) { record in stored.withLock { $0.append(record) } }
        #expect(before.claim(record(1, expires: 100), at: 50) == .fresh)
        #expect(before.claim(record(1, expires: 100), at: 50) == .reused)
        let records = stored.withLock { $0 }
        #expect(records == before.records)
        let after = BoundedNonceStore(capacity: 10, restoring: records)
        #expect(after.claim(record(1, expires: 100), at: 60) == .reused)
        #expect(after.claim(record(2, expires: 100), at: 60) == .fresh)
    }

    @Test func `of claims made at once one is fresh`() async {
        let store = BoundedNonceStore(capacity: 100_000)
        let fresh = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<500).count {
                        store.claim(NonceRecord(keyID: "k", nonce: "\($0)", expires: 10), at: 1) == .fresh
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(fresh == 500)
    }
}
