/// What a consumer that was permitted and still is has more of than before, and what less, in words that follow its name.
struct AllowanceChange: Sendable, Hashable {
    /// As `gains the field `/wind``, sorted as they are told.
    private(set) var gained: [String] = []
    private(set) var lost: [String] = []

    /// Whether it can be told as nothing but a gain or nothing but a loss; `differs` where it is both, or neither.
    private(set) var kind: PolicyChange.Kind = .differs

    init(from old: Allowance, to new: Allowance) {
        switch (new.isAtLeast(old), old.isAtLeast(new)) {
        case (true, false): kind = .gains
        case (false, true): kind = .loses
        default: break
        }
        let (before, after) = (old.duties, new.duties)
        fields(before, after)
        coarsenings(before, after)
        positions(before.positionDecimals, after.positionDecimals)
        rows(before, after)
        gained += old.obligations.subtracting(new.obligations).sorted().map { "no longer owes \($0)" }
        lost += new.obligations.subtracting(old.obligations).sorted().map { "now owes \($0)" }
    }

    private mutating func fields(_ before: ResponseDuties, _ after: ResponseDuties) {
        let more = before.redactions.filter { !after.redactions.contains($0) }
        let less = after.redactions.filter { !before.redactions.contains($0) }
        for (pointers, isGain) in [(more, true), (less, false)] where !pointers.isEmpty {
            let words = "\(pointers.count == 1 ? "the field" : "the fields") \(Self.list(pointers))"
            guard isGain else {
                note("loses \(words)", isGain: false)
                continue
            }
            // What is taken out must be there to be found.
            let rest = after.redactions
            let condition =
                rest.isEmpty
                ? "" : " (a response \(rest.count == 1 ? "without" : "with none of") \(Self.list(rest)) is refused)"
            note("gains \(words)\(condition)", isGain: true)
        }
        let (old, new) = (Self.kept(before), Self.kept(after))
        switch (old, new) {
        case (nil, nil): break
        case (let old?, nil): gained.append("gains all other fields than \(Self.list(old))")
        case (nil, let new?): lost.append("loses all other fields than \(Self.list(new))")
        case (let old?, let new?):
            let (more, less) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
            if !more.isEmpty { gained.append("gains \(Self.list(more)) among the fields that are passed on") }
            if !less.isEmpty { lost.append("loses \(Self.list(less)) among the fields that are passed on") }
        }
    }

    /// The fields that every list names; `nil` where there is no list, so that all are passed on.
    private static func kept(_ duties: ResponseDuties) -> [JSONPointer]? {
        guard let first = duties.keptFields.first else { return nil }
        return first.filter { pointer in duties.keptFields.allSatisfy { $0.contains(pointer) } }
    }

    private mutating func coarsenings(_ before: ResponseDuties, _ after: ResponseDuties) {
        for pointer in Set(before.coarsenings.keys).union(after.coarsenings.keys).sorted()
        where !before.redactions.contains(pointer) && !after.redactions.contains(pointer) {
            let (old, new) = (before.coarsenings[pointer], after.coarsenings[pointer])
            guard old != new else { continue }
            let isGain = new.map { new in old.map { !$0.isAtMostAsStrict(as: new) } ?? false } ?? true
            note(
                "gets `\(pointer)` \(new?.description ?? "exactly") instead of \(old?.description ?? "exactly")",
                isGain: isGain)
        }
    }

    private mutating func positions(_ old: Int?, _ new: Int?) {
        guard old != new else { return }
        let words = { (decimals: Int?) in decimals.map { "to \($0) \($0 == 1 ? "decimal" : "decimals")" } ?? "exactly" }
        note("gets positions \(words(new)) instead of \(words(old))", isGain: (new ?? .max) > (old ?? .max))
    }

    private mutating func rows(_ before: ResponseDuties, _ after: ResponseDuties) {
        for fields in Set(before.suppressions.keys).union(after.suppressions.keys).sorted(by: { "\($0)" < "\($1)" }) {
            let (old, new) = (before.suppressions[fields], after.suppressions[fields])
            guard old != new else { continue }
            note(
                "gets rows whose \(Self.list(fields)) is \(new.map { "\($0) or more" } ?? "anything") instead of "
                    + (old.map { "\($0) or more" } ?? "anything"), isGain: (new ?? 0) < (old ?? 0))
        }
        if before.alikeness != after.alikeness {
            let isLoss = after.alikeness.map { new in before.alikeness.map { $0.union(new) == new } ?? true } ?? false
            note(
                "gets \(Self.words(after.alikeness)) instead of \(Self.words(before.alikeness))", isGain: !isLoss)
        }
        let (old, new) = (before.rowLimit, after.rowLimit)
        if old != new {
            let words = { (limit: Int?) in limit.map { "at most \($0) \($0 == 1 ? "row" : "rows")" } ?? "all rows" }
            note("gets \(words(new)) instead of \(words(old))", isGain: (new ?? .max) > (old ?? .max))
        }
    }

    private static func words(_ alikeness: ResponseDuties.Alikeness?) -> String {
        alikeness.map { "rows of which \($0.rows) are alike in \(list($0.fields))" } ?? "rows that are like no other"
    }

    private mutating func note(_ words: String, isGain: Bool) {
        if isGain { gained.append(words) } else { lost.append(words) }
    }

    private static func list(_ pointers: [JSONPointer]) -> String {
        pointers.map { "`\($0)`" }.joined(separator: ", ")
    }
}
