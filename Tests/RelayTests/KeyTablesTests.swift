import CityIdentity
import Relay
import Testing

@Suite struct KeyTablesTests {
    private let message = Array("message".utf8)
    private let start = Timestamp(seconds: 1_800_000_000)

    /// Verifies one good signature after the other until there are so many tables.
    private func use(_ key: PrivateKey, of tables: KeyTables, at now: Timestamp, until count: Int) async throws {
        let signature = try key.sign(message)
        for _ in 0..<500 where tables.count != count {
            #expect(tables.isValidSignature(signature, for: message, by: key.publicKey, now: now))
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(tables.count == count)
    }

    @Test func `a key that signs often gets a table, which says the same`() async throws {
        let tables = KeyTables(threshold: 3)
        let key = try PrivateKey(generating: .es256)
        let signature = try key.sign(message)
        for _ in 0..<2 { #expect(tables.isValidSignature(signature, for: message, by: key.publicKey, now: start)) }
        #expect(tables.count == 0)
        try await use(key, of: tables, at: start, until: 1)
        #expect(tables.isValidSignature(signature, for: message, by: key.publicKey, now: start))
        #expect(!tables.isValidSignature(signature, for: message + [0], by: key.publicKey, now: start))
        let other = try PrivateKey(generating: .es256)
        #expect(!tables.isValidSignature(signature, for: message, by: other.publicKey, now: start))
    }

    @Test func `what does not verify counts for nothing`() async throws {
        let tables = KeyTables(threshold: 1)
        let key = try PrivateKey(generating: .es256)
        let signature = try PrivateKey(generating: .es256).sign(message)
        for _ in 0..<10 { #expect(!tables.isValidSignature(signature, for: message, by: key.publicKey, now: start)) }
        try await Task.sleep(for: .milliseconds(200))
        #expect(tables.count == 0)
    }

    @Test func `a table gives way only when it was not used for a while`() async throws {
        let tables = KeyTables(threshold: 1, limit: 1)
        let (first, second) = (try PrivateKey(generating: .es256), try PrivateKey(generating: .es256))
        try await use(first, of: tables, at: start, until: 1)
        let signature = try second.sign(message)
        for _ in 0..<10 {
            #expect(tables.isValidSignature(signature, for: message, by: second.publicKey, now: start))
        }
        try await Task.sleep(for: .milliseconds(200))
        #expect(tables.count == 1)
        // Now the first one's goes at once, and the second one's is made.
        let later = start.adding(seconds: 61)
        #expect(tables.isValidSignature(signature, for: message, by: second.publicKey, now: later))
        try await use(second, of: tables, at: later, until: 1)
    }

    @Test(arguments: [SignatureAlgorithm.eddsa, .sm2])
    func `other algorithms are verified as ever`(algorithm: SignatureAlgorithm) throws {
        let tables = KeyTables(threshold: 1)
        let key = try PrivateKey(generating: algorithm)
        let signature = try key.sign(message)
        for _ in 0..<5 { #expect(tables.isValidSignature(signature, for: message, by: key.publicKey, now: start)) }
        #expect(!tables.isValidSignature(signature, for: message + [0], by: key.publicKey, now: start))
        #expect(tables.count == 0)
    }
}
