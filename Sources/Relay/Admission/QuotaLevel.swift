import CityIdentity
package import HTTPTypes
package import SharingPolicy

/// How much of what a permission lets through within a window is left.
package struct QuotaLevel: Hashable, Sendable {
    /// The same in every answer: the beginning of the policy's hash, and its rule.
    package let name: String
    /// Whether exchanges are counted, or bytes of responses.
    package let measure: CountQuery.Measure
    /// How much a window allows.
    package let limit: UInt64
    /// The window, in seconds.
    package let window: Int64
    package let remaining: UInt64
    /// After how many seconds there is more, where that is known.
    package let reset: Int64?

    /// A name that a structured field can hold.
    static func name(policy: PolicyHash, rule: String) -> String {
        let isPlain = rule.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        return policy.description.prefix(16) + (isPlain ? rule : "")
    }
}

extension Decision {
    /// What is left of the quotas of the permission that decided, once this use is counted; bytes as of before it.
    func quotaLevels(at time: Timestamp) -> [QuotaLevel] {
        guard let policy = self.policyHash, let rule = self.ruleID else { return [] }
        return self.quotas.compactMap { quota in
            let since = time.adding(milliseconds: -quota.window.milliseconds)
            let asked = self.counts.first {
                $0.query.policy == policy && $0.query.rule == rule && $0.query.measure == quota.measure
                    && $0.query.since == since
            }
            guard let count = asked?.count else { return nil }
            let used = quota.measure == .uses ? count + 1 : count
            return QuotaLevel(
                name: QuotaLevel.name(policy: policy, rule: rule), measure: quota.measure, limit: quota.limit,
                window: quota.window.milliseconds / 1000, remaining: quota.limit - min(used, quota.limit), reset: nil)
        }
    }
}

// draft-ietf-httpapi-ratelimit-headers: lists of structured fields (RFC 9651).
extension HTTPFields {
    /// Says what quotas there are and how much is left of each; in place of what a provider says of its own.
    package mutating func setQuotas(_ quotas: [QuotaLevel]) {
        guard !quotas.isEmpty else { return }
        self[.rateLimitPolicy] =
            quotas.map { quota in
                let unit = quota.measure == .bytes ? ";qu=\"content-bytes\"" : ""
                return "\"\(quota.name)\";q=\(Self.integer(quota.limit))\(unit);w=\(quota.window)"
            }.joined(separator: ", ")
        self[.rateLimit] =
            quotas.map { quota in
                "\"\(quota.name)\";r=\(Self.integer(quota.remaining))" + (quota.reset.map { ";t=\($0)" } ?? "")
            }.joined(separator: ", ")
    }

    /// The largest integer of a structured field (RFC 9651 section 3.3.1), where a number is larger.
    private static func integer(_ number: UInt64) -> UInt64 { Swift.min(number, 999_999_999_999_999) }
}

extension HTTPField.Name {
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
    static let rateLimit = HTTPField.Name("RateLimit")!
}
