/// Where an identity stands; it moves along applied, active and suspended, and never back from retired.
package enum IdentityStatus: String, Sendable, Hashable, CaseIterable {
    /// Applied for, not yet approved.
    case applied
    /// In use.
    case active
    /// Out of use for the time being, with everything below it.
    case suspended
    /// Out of use for ever; its code is never given to another.
    case retired
}
