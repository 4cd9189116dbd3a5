import Foundation
import StrictJSON

/// What the steps of an exchange cost, each beside the operation that it cannot do without.
struct StageReport: Sendable {
    struct Stage: Sendable {
        /// The step's name for scripts.
        let member: String
        let words: String
        let nanoseconds: UInt64
        /// Nanoseconds of the cryptographic operation in it; `nil` where there is none.
        var primitive: UInt64?
    }

    let stages: [Stage]

    init(_ stages: [Stage]) { self.stages = stages }

    private var total: UInt64 { stages.reduce(0) { $0 + $1.nanoseconds } }

    var json: JSONValue {
        JSONValue(
            stages.map { stage in
                var members = [("nanoseconds", JSONValue(stage.nanoseconds))]
                if let primitive = stage.primitive { members.append(("primitiveNanoseconds", JSONValue(primitive))) }
                return (stage.member, JSONValue(members))
            })
    }

    var text: String {
        var table = TextTable("STEP", "µs", "SHARE", "OPERATION µs", "× OPERATION")
        for stage in stages {
            let share = total == 0 ? 0 : Double(stage.nanoseconds) / Double(total) * 100
            let ratio = stage.primitive.map { Double(stage.nanoseconds) / Double(max(1, $0)) }
            table.add(
                stage.words, Self.microseconds(stage.nanoseconds), String(format: "%.0f %%", share),
                stage.primitive.map(Self.microseconds) ?? "–", ratio.map { String(format: "%.1f", $0) } ?? "–")
        }
        table.add("together", Self.microseconds(total), "", "", "")
        return table.rendered()
    }

    private static func microseconds(_ nanoseconds: UInt64) -> String {
        String(format: "%.1f", Double(nanoseconds) / 1000)
    }
}
