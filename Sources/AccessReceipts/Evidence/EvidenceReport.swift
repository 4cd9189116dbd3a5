package import CityIdentity

/// What came of verifying evidence: every check in plain words, and whether it was passed.
package struct EvidenceReport: Sendable, Hashable {
    package struct Check: Sendable, Hashable {
        /// What was checked, as a statement that is true where the check was passed.
        package let statement: String
        /// Why the check was not passed; `nil` where it was.
        package let failure: String?

        package var isPassed: Bool { failure == nil }
    }

    /// The checks in the order in which they were made.
    package internal(set) var checks: [Check] = []
    /// The receipts that the evidence is of, as far as they could be read; to be believed only where all checks passed.
    package internal(set) var receipts: [Receipt] = []
    /// When the ledger took the anchor, by the time of the block.
    package internal(set) var anchored: Timestamp?

    /// Whether every check was passed.
    package var isAccepted: Bool { !checks.isEmpty && checks.allSatisfy(\.isPassed) }

    mutating func check(_ statement: String, _ failure: String?) {
        checks.append(Check(statement: statement, failure: failure))
    }

    /// Notes a check that is passed unless it throws, and hands on what it found.
    mutating func check<Value>(_ statement: String, _ body: () throws -> Value) -> Value? {
        do {
            let value = try body()
            check(statement, nil)
            return value
        } catch {
            check(statement, "\(error)")
            return nil
        }
    }
}
