/// A template's lines, changed where a draft says something of its own; its comments stay.
///
/// Rules' members stand four blanks in, list items six, their members eight: as all templates have it.
struct DraftDocument {
    private(set) var lines: [String]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var text: String { lines.joined(separator: "\n") }

    mutating func replace(_ old: String, with new: String) {
        for index in lines.indices { lines[index] = lines[index].replacing(old, with: new) }
    }

    /// Puts other lines in the place of the comment's first paragraph.
    mutating func introduce(_ comment: [String]) {
        let end = lines.firstIndex { !$0.hasPrefix("# ") } ?? 0
        lines.replaceSubrange(..<end, with: comment.map { "# " + $0 })
    }

    mutating func title(_ title: String) {
        if let index = lines.firstIndex(where: { $0.hasPrefix("title: ") }) {
            lines[index] = "title: " + YAMLText.scalar(title)
        }
    }

    /// The lines of the rules of one kind.
    private func section(_ name: String) -> Range<Int> {
        guard let start = lines.firstIndex(of: name + ":") else { return lines.endIndex..<lines.endIndex }
        let end = lines[(start + 1)...].firstIndex { !$0.isEmpty && !$0.hasPrefix(" ") } ?? lines.endIndex
        return start + 1..<(end == lines.endIndex && lines.last == "" ? end - 1 : end)
    }

    /// Sets a member of a rule; one that is not there yet goes before its target.
    mutating func set(_ member: String, to value: String, of kind: String) {
        let line = "    \(member): \(value)"
        let section = section(kind)
        if let index = lines[section].firstIndex(where: { $0.hasPrefix("    \(member): ") }) {
            lines[index] = line
        } else if let index = lines[section].firstIndex(where: { $0.hasPrefix("    target: ") }) {
            lines.insert(line, at: index)
        }
    }

    /// Sets a condition of the permission; one that is not there yet is added with a comment.
    mutating func constrain(_ operand: String, _ comparator: String, _ value: String, comment: String) {
        let section = section("permission")
        let members = ["        operator: \(comparator)", "        rightOperand: \(value)"]
        if let index = lines[section].firstIndex(of: "      - leftOperand: \(operand)") {
            lines.replaceSubrange(index + 1...index + 2, with: members)
            return
        }
        let item = ["      # " + comment, "      - leftOperand: \(operand)"] + members
        if let start = lines[section].firstIndex(of: "    constraint:") {
            let end = lines[start + 1..<section.upperBound].firstIndex { !$0.hasPrefix("      ") } ?? section.upperBound
            lines.insert(contentsOf: item, at: end)
        } else if let action = lines[section].firstIndex(where: { $0.hasPrefix("    action: ") }) {
            lines.insert(contentsOf: ["    constraint:"] + item, at: action + 1)
        }
    }

    /// Sets what a refinement of a duty of the permission says.
    mutating func refine(_ duty: String, _ operand: String, to value: String) {
        let section = section("permission")
        guard let start = lines[section].firstIndex(where: { $0.hasSuffix("value: \(duty)") }),
            let index = lines[start..<section.upperBound].firstIndex(where: { $0.hasSuffix("leftOperand: \(operand)") }
            ),
            let right = lines[index..<section.upperBound].firstIndex(where: { $0.contains("rightOperand: ") })
        else { return }
        let indentation = lines[right].prefix { $0 == " " }
        lines[right] = "\(indentation)rightOperand: \(value)"
    }
}
