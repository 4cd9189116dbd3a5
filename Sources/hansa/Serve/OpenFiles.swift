import Foundation

/// How many files and connections this process may have open.
enum OpenFiles {
    /// What ledger, receipts, listeners and upstream connections need besides consumers' connections.
    private static let reserve = 512

    /// Raises the limit as far as the system lets this process (getrlimit(2)), and says what it is then.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        let wanted = min(limit.rlim_max, 1 << 20)
        if limit.rlim_cur < wanted {
            var raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Consumers' connections that fit under a limit, each of those with an exchange with one to a provider's system.
    static func connections(under limit: Int, exchanges: Int) -> Int {
        let rest = limit - reserve
        return max(16, rest / 2, rest - exchanges)
    }
}
