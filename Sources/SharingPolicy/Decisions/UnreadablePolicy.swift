/// A policy that is in force and that this program cannot read: its bytes are nothing it knows, or it says as a whole
/// something that is not understood.
///
/// What it forbids nobody can say, so that it denies whatever it targets.
package struct UnreadablePolicy: Error, Sendable, Hashable {
    package let hash: PolicyHash

    /// Why it cannot be read, in words.
    package let reason: String

    package init(hash: PolicyHash, reason: String) {
        self.hash = hash
        self.reason = reason
    }
}
