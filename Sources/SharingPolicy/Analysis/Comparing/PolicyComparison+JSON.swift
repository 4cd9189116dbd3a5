import CityIdentity
package import StrictJSON

extension PolicyComparison {
    package var json: JSONValue {
        .object(
            JSONObject([
                ("relation", .string(relation.rawValue)), ("tried", .number(JSONNumber(tried))),
                ("limit", limit.map { .string($0.words) } ?? .null),
                ("moreInFirst", moreInFirst?.json ?? .null), ("moreInSecond", moreInSecond?.json ?? .null),
            ]))
    }
}

extension PolicyComparison.Difference {
    package var json: JSONValue {
        .object(
            JSONObject([
                ("request", situation.json), ("words", .string(situation.words)), ("first", first.brief),
                ("second", second.brief),
            ]))
    }
}

extension Situation {
    /// The request under the names that tables of tests use.
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("consumer", .string(party.short)), ("dataset", .string(target.short)), ("action", .string(action.short)),
            ("purpose", purpose.map { .string($0) } ?? .null), ("time", .string(time.rfc3339)),
        ]
        if let size { members.append(("size", .number(JSONNumber(size)))) }
        for (operand, values) in values.sorted(by: { $0.key < $1.key }) where operand != LeftOperand.purpose.iri {
            members.append((operand.short, .array(values.map { .string($0.description) })))
        }
        for span in uses.spans {
            let name =
                (span.measure == .uses ? "uses" : "bytes") + (span.window.map { " \($0)" } ?? "")
                + (span.history.map { " under \($0.label)" } ?? "")
            members.append(
                (name, .number(JSONNumber(Int(clamping: span.count)))))
        }
        return .object(JSONObject(members))
    }
}

extension Decision {
    /// The decision without its trace.
    fileprivate var brief: JSONValue {
        .object(
            JSONObject([
                ("decision", .string(outcome.rawValue)), ("summary", .string(summary)),
                ("duties", .array(duties.map(\.json))), ("obligations", .array(obligations.map(\.json))),
            ]))
    }
}
