import AccessReceipts
import CityIdentity
import Foundation
import Hummingbird

/// Which receipts a query asks for: `consumer`, `provider`, `dataset`, `decision`, `from`, `to`, `owed`,
/// `after`, `limit`.
///
/// Empty values are values that were not given, as forms send them. `outcome`, as the command line calls it, is `decision`; what is
/// not known is refused, so that nobody takes all receipts for those that were asked for.
struct ReceiptQuery {
    let filter: ReceiptFilter
    let cursor: ReceiptCursor?
    let limit: Int
    private let given: [(name: String, value: String)]

    private static let names = ["consumer", "provider", "dataset", "decision", "from", "to", "owed"]

    private static let known = Set(names + ["outcome", "after", "limit"])

    /// A value that is not understood, with what was given besides, so that a form can be shown again.
    struct Fault: Error {
        let name: String
        /// The name of a text that says what the value should be.
        let expectation: String
        let given: [(name: String, value: String)]

        var problem: ProblemAnswer { .badRequest("`\(name)` \(Language.english.text(expectation))") }
    }

    init(_ parameters: Parameters) throws(Fault) {
        var given: [(name: String, value: String)] = []
        for name in Self.names {
            let value = parameters.get(name) ?? (name == "decision" ? parameters.get("outcome") : nil)
            if let value, !value.isEmpty { given.append((name, value)) }
        }
        if let unknown = parameters.first(where: { !Self.known.contains(String($0.key)) })?.key {
            throw Fault(name: String(unknown.prefix(40)), expectation: "noParameter", given: given)
        }
        func value<Value>(_ name: String, _ expectation: String, _ read: (String) -> Value?) throws(Fault) -> Value? {
            guard let text = given.first(where: { $0.name == name })?.value else { return nil }
            if let value = read(text) { return value }
            throw Fault(name: name, expectation: expectation, given: given)
        }
        filter = ReceiptFilter(
            from: try value("from", "noTime") { try? Timestamp($0, day: .beginning) },
            to: try value("to", "noTime") { try? Timestamp($0, day: .end) },
            consumer: try value("consumer", "noCode") { try? IdentificationCode($0) },
            provider: try value("provider", "noCode") { try? IdentificationCode($0) },
            dataset: try value("dataset", "") { $0 },
            outcome: try value("decision", "noDecision") { Receipt.Decision.Outcome(rawValue: $0) },
            isOwedFor: try value("owed", "noFlag") { $0 == "true" ? true : $0 == "false" ? false : nil } ?? false)
        if let text = parameters.get("after") {
            guard let cursor = ReceiptCursor(text) else {
                throw Fault(name: "after", expectation: "noCursor", given: given)
            }
            self.cursor = cursor
        } else {
            cursor = nil
        }
        limit = parameters.get("limit", as: Int.self) ?? 100
        self.given = given
    }

    /// What the form shows again.
    var formValues: Pages.Values { Self.formValues(given) }

    static func formValues(_ given: [(name: String, value: String)]) -> Pages.Values {
        var values: Pages.Values = Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
        for pair in given { values[pair.name] = pair.value }
        for outcome in [Receipt.Decision.Outcome.permit, .deny] {
            let isChosen = given.contains { $0.name == "decision" && $0.value == outcome.rawValue }
            values[outcome == .permit ? "isPermit" : "isDeny"] = isChosen
        }
        values["isOwed"] = given.contains { $0.name == "owed" && $0.value == "true" }
        return values
    }

    /// The query of the page after a cursor.
    func link(after cursor: ReceiptCursor) -> String {
        var components = URLComponents()
        components.queryItems =
            given.map { URLQueryItem(name: $0.name, value: $0.value) }
            + [URLQueryItem(name: "after", value: cursor.description)]
        return components.percentEncodedQuery ?? ""
    }
}
