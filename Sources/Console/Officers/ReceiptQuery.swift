import AccessReceipts
import CityIdentity
import Foundation
import Hummingbird

/// Which receipts a query asks for: `consumer`, `provider`, `dataset`, `decision`, `from`, `to`, `after`, `limit`.
///
/// Empty values are values that were not given, as forms send them.
struct ReceiptQuery {
    let filter: ReceiptFilter
    let cursor: ReceiptCursor?
    let limit: Int
    private let given: [(name: String, value: String)]

    private static let names = ["consumer", "provider", "dataset", "decision", "from", "to"]

    init(_ parameters: Parameters) throws(ProblemAnswer) {
        var given: [(name: String, value: String)] = []
        for name in Self.names {
            if let value = parameters.get(name), !value.isEmpty { given.append((name, value)) }
        }
        func value<Value>(_ name: String, _ read: (String) throws -> Value?) throws(ProblemAnswer) -> Value? {
            guard let text = given.first(where: { $0.name == name })?.value else { return nil }
            do {
                if let value = try read(text) { return value }
            } catch {
                throw .badRequest("`\(name)`: \(error)")
            }
            throw .badRequest("`\(name)` has a value that is not understood")
        }
        filter = ReceiptFilter(
            from: try value("from") { try Timestamp(rfc3339: $0) }, to: try value("to") { try Timestamp(rfc3339: $0) },
            consumer: try value("consumer") { try IdentificationCode($0) },
            provider: try value("provider") { try IdentificationCode($0) },
            dataset: try value("dataset") { $0 },
            outcome: try value("decision") { Receipt.Decision.Outcome(rawValue: $0) })
        if let text = parameters.get("after") {
            guard let cursor = ReceiptCursor(text) else {
                throw .badRequest("`after` is not a cursor of an earlier page")
            }
            self.cursor = cursor
        } else {
            cursor = nil
        }
        limit = parameters.get("limit", as: Int.self) ?? 100
        self.given = given
    }

    /// What the form shows again.
    var formValues: Pages.Values {
        var values: Pages.Values = Dictionary(uniqueKeysWithValues: Self.names.map { ($0, "") })
        for pair in given { values[pair.name] = pair.value }
        values["isPermit"] = filter.outcome == .permit
        values["isDeny"] = filter.outcome == .deny
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
