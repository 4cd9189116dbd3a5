/// Why a policy or part of one is not accepted.
package struct PolicyError: Error, CustomStringConvertible {
    /// What kind of fault it is.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable, Hashable {
            case malformedDocument, refused, malformedDataset, malformedPointer, malformedAnswer, unsupportedResponse,
                fieldsNotFound, malformedResponse
        }
        private let kind: Kind

        /// The document is not JSON or YAML as accepted here.
        package static let malformedDocument = Code(kind: .malformedDocument)
        /// The document is readable but no policy that may be proposed; ``PolicyError/problems`` lists why.
        package static let refused = Code(kind: .refused)
        /// A text is not a dataset's identifier.
        package static let malformedDataset = Code(kind: .malformedDataset)
        /// What a policy is to be drafted from is missing, or cannot be used.
        package static let malformedAnswer = Code(kind: .malformedAnswer)
        /// A text is not a JSON Pointer.
        package static let malformedPointer = Code(kind: .malformedPointer)
        /// A duty cannot be performed on a response of this media type or shape.
        package static let unsupportedResponse = Code(kind: .unsupportedResponse)
        /// Nothing in a response is what a duty names: its fields stand elsewhere.
        package static let fieldsNotFound = Code(kind: .fieldsNotFound)
        /// A response is not of the format it claims.
        package static let malformedResponse = Code(kind: .malformedResponse)

        package var description: String { kind.rawValue }
    }

    package let code: Code
    package let message: String

    /// Every problem of a refused policy; empty for other errors.
    package let problems: [PolicyProblem]
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.problems = []
        self.cause = cause
    }

    /// Makes the refusal of a policy from all that is wrong with it.
    package init(problems: [PolicyProblem]) {
        self.code = .refused
        self.message = problems.count == 1 ? "the policy has a problem" : "the policy has \(problems.count) problems"
        self.problems = problems
        self.cause = nil
    }

    /// The message, and each problem on a line of its own.
    package var description: String {
        ([message] + problems.map { "  \($0)" }).joined(separator: "\n")
    }

    /// The first characters of a text that came from outside, for a message.
    package static func excerpt(_ text: String, limit: Int = 60) -> String {
        let scalars = text.unicodeScalars
        let head = scalars.prefix(limit).map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }
        let shown = String(String.UnicodeScalarView(head))
        return scalars.count > limit ? shown + "…" : shown
    }
}

/// One thing in a policy that is wrong or worth a second look, with the place it stands at.
package struct PolicyProblem: Sendable, Hashable, CustomStringConvertible {
    /// How much it weighs.
    package enum Severity: String, Sendable, Hashable {
        /// The policy is refused.
        case error
        /// The policy may be proposed; somebody should have looked.
        case warning
    }

    package let severity: Severity

    /// Where in the document, as a JSON Pointer (RFC 6901): `/permission/0/constraint/1/operator`.
    package let path: String

    /// What is wrong.
    package let message: String

    /// What would have been right.
    package let expected: String?

    package init(_ path: String, _ message: String, expected: String? = nil, severity: Severity = .error) {
        self.severity = severity
        self.path = path
        self.message = message
        self.expected = expected
    }

    package var description: String {
        let place = path.isEmpty ? "/" : path
        let head = severity == .warning ? "\(place): warning: \(message)" : "\(place): \(message)"
        return expected.map { "\(head); expected \($0)" } ?? head
    }
}
