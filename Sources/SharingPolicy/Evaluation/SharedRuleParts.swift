internal import Synchronization

/// What rules say alike, once in memory, however many policies say it: most of the time of a decision among many is waiting
/// for memory, and what all of them say is seldom waited for.
///
/// Of each kind `limit` are remembered; past that all are forgotten, and what comes then is in memory once more.
package final class SharedRuleParts: Sendable {
    private struct Known {
        var assignees: Set<[PartyReference]> = []
        var targets: Set<[AssetReference]> = []
        var actions: Set<[ActionReference]> = []
        var constraints: Set<[Constraint]> = []
    }

    private let known = Mutex(Known())
    private let limit: Int

    package init(limit: Int = 65_536) { self.limit = limit }

    /// The parts of a rule, as they were first said.
    func parts(of rule: Rule) -> Parts {
        known.withLock { known in
            Parts(
                assignees: first(rule.assignees, in: &known.assignees),
                targets: first(rule.targets, in: &known.targets),
                actions: first(rule.actions, in: &known.actions),
                constraints: first(rule.constraints, in: &known.constraints))
        }
    }

    private func first<Part: Hashable>(_ part: Part, in known: inout Set<Part>) -> Part {
        if known.count >= limit { known = [] }
        return known.insert(part).memberAfterInsert
    }

    struct Parts {
        let assignees: [PartyReference]
        let targets: [AssetReference]
        let actions: [ActionReference]
        let constraints: [Constraint]
    }
}
