import Yams

/// What libyaml stumbled over, in words for somebody who wrote the document and does not know the parser.
enum YAMLFault {
    /// One line that begins with the place, lines and columns counted from 1.
    static func words(of error: any Error, in text: String) -> String {
        guard let error = error as? YamlError else { return "the document is not YAML: \(shown("\(error)"))" }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return place(mark) + ": " + words(problem, context, mark, in: text)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "`\(shown($0))`" }.joined(separator: ", ")
            return "\(place(context.mark)): \(names) stands here and again further down in the same mapping; leave one"
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let line = 1 + before.count { $0.isNewline }
            let column = 1 + before.reversed().prefix { !$0.isNewline }.count
            return "line \(line), column \(column): \(problem)"
        default: return "the document is not YAML: \(shown("\(error)"))"
        }
    }

    private static func words(_ problem: String, _ context: YamlError.Context?, _ mark: Mark, in text: String) -> String
    {
        let start = context.map { place($0.mark) } ?? "before it"
        let line = Line(mark.line, of: text)
        if problem.contains("tab character") || line.hasTab(at: mark.column) {
            return "a tab stands where the line is indented; indent with blanks"
        }
        switch problem {
        case "did not find expected '-' indicator":
            return
                "the line is indented neither as an item of the list that begins at \(start) nor as part of one; begin an "
                + "item with `-` below that place, and what belongs to an item further right"
        case "did not find expected key":
            return line.indentation == mark.column - 1
                ? "the line is indented otherwise than the members that begin at \(start); begin it in the same column"
                : "something follows a value that is complete; put the whole value in quotes"
        case "mapping values are not allowed in this context":
            if line.hasColon(before: mark.column) {
                return "a text with a colon and a blank in it must stand in quotes"
            }
            return line.indentation > Line(before: mark.line, of: text).indentation
                ? "the line is indented further than the one above it, which has its value already; begin both in the same "
                    + "column"
                : "the line above it has no colon and no value; write `name: value`"
        case "could not find expected ':'":
            return "at \(start) the name of a member stands without a colon and a value; write `name: value`"
        case "did not find expected ',' or ']'": return "the list that `[` opens at \(start) lacks a comma or its `]`"
        case "did not find expected ',' or '}'":
            return "the mapping that `{` opens at \(start) lacks a comma or its `}`"
        case "did not find expected node content":
            return "a value is missing, or a bracket that opens at \(start) is never closed"
        case "did not find expected <document start>":
            return "the document is complete before this line; write it as the lines that it belongs to are indented"
        case "block sequence entries are not allowed in this context":
            return
                "a list begins in the middle of a line; begin it on a line of its own, below the name that it belongs to"
        case "found unexpected end of stream": return "the quotation mark at \(start) is never closed"
        case "found unknown escape character":
            return "`\\` in double quotes begins an escape that YAML does not have; use single quotes, or write `\\\\`"
        case "found character that cannot start any token":
            return "a text must not begin with `\(line.character(at: mark.column))`; put it in quotes"
        default: return shown(problem) + (context.map { " (\(shown($0.text)) at \(place($0.mark)))" } ?? "")
        }
    }

    private static func place(_ mark: Mark) -> String { "line \(mark.line), column \(mark.column)" }

    private static func shown(_ text: String) -> String {
        PolicyError.excerpt(text.replacing("\n", with: " "), limit: 300)
    }

    /// One line of the document; columns are Unicode scalars, counted from 1.
    private struct Line {
        private let scalars: [Unicode.Scalar]

        init(_ number: Int, of text: String) {
            let lines = text.unicodeScalars.split(
                separator: "\n", maxSplits: number, omittingEmptySubsequences: false)
            scalars = number >= 1 && number <= lines.count ? Array(lines[number - 1]) : []
        }

        /// The last line before one that holds something.
        init(before number: Int, of text: String) {
            let lines = text.unicodeScalars.split(
                separator: "\n", maxSplits: number, omittingEmptySubsequences: false)
            scalars = lines.prefix(number - 1).last { $0.contains { $0 != " " } }.map { Array($0) } ?? []
        }

        var indentation: Int { scalars.prefix { $0 == " " }.count }

        /// Whether the place, or the white space before it, has a tab.
        func hasTab(at column: Int) -> Bool {
            let head = scalars.prefix(column)
            return head.last == "\t" || head.allSatisfy { $0 == " " || $0 == "\t" } && head.contains("\t")
        }

        /// Whether a name and its colon stand before a place: then it is the second of the line.
        func hasColon(before column: Int) -> Bool {
            zip(scalars.prefix(column - 1), scalars.dropFirst()).contains { $0 == ":" && ($1 == " " || $1 == "\t") }
        }

        func character(at column: Int) -> String {
            column >= 1 && column <= scalars.count ? PolicyError.excerpt(String(scalars[column - 1])) : ""
        }
    }
}
