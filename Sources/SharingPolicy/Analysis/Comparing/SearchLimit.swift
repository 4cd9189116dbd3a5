/// Why an analysis could not try everything, with the bound that it met.
package struct SearchLimit: Error, Sendable, Hashable {
    /// In words, as they follow `it cannot be told: `.
    package let words: String

    /// The most settings of one dimension of requests.
    static let settings = 4096

    static func evaluations(_ budget: Int) -> SearchLimit {
        SearchLimit(words: "it would take more than \(budget) evaluations")
    }

    /// A difference between the rules that concern a request is not one between all rules.
    static let unconfirmed = SearchLimit(words: "a difference that was found does not show when all rules are asked")

    /// What permissions that count some of the same uses can have counted.
    static let histories = SearchLimit(
        words:
            "too many permissions count some of the same uses, and others besides, for what they can have counted to be known"
    )

    /// What a permission counts that several counts bind, beside others for the same uses.
    static let severalCounts = SearchLimit(
        words:
            "a permission that more than one count binds stands beside others for the same uses, and what these let through "
            + "while it refuses is not told apart"
    )

    static func settings(of operand: LeftOperand) -> SearchLimit {
        SearchLimit(
            words:
                "the rules for one consumer, dataset and action tell more than \(settings) values or combinations of "
                + "values of `\(operand.iri.short)` apart")
    }

    static func stretches(_ limit: Int) -> SearchLimit {
        SearchLimit(
            words:
                "the rules for one consumer, dataset and action tell more than \(limit) stretches of dates, days and "
                + "times of day apart")
    }
}
