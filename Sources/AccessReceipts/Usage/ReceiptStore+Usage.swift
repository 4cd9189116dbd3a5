import GRDB

extension ReceiptStore {
    /// Forgets all that was counted under rules, in memory and on the disk.
    ///
    /// For rules of policies that ended so long ago that no exchange under them is under way: what one of those gives back
    /// would be less than nothing. A crash leaves the counts of all the rules or of none. Throws ``ReceiptError``.
    package func forgetUsage(of rules: Set<String>) async throws(ReceiptError) {
        guard !rules.isEmpty else { return }
        let usage = usage
        try await perform { writer in
            try writer.pool.write { try UsageCounts.forget(rules, $0) }
            usage.forget(rules)
        }
    }
}
