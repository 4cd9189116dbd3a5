import Testing

@testable import SharingPolicy

/// What is wrong with a document that is no YAML, with its place and without the parser's own words.
@Suite struct YAMLFaultTests {
    @Test(arguments: [
        (
            "permission:\n  - target: a\n   action: read\n", "line 3, column 4",
            "indented neither as an item of the list that begins at line 2, column 3"
        ),
        ("a: 1\n b: 2\n", "line 2, column 3", "indented further than the one above it"),
        ("uid: urn:x: y\n", "line 1, column 11", "must stand in quotes"),
        ("a:\n- b: 1\n\tc: 2\n", "line 3, column 1", "a tab stands"),
        ("a:\n\tb: 1\n", "line 2, column 1", "a tab stands"),
        ("a: 1\nb: \"x\nc: 2\n", "line 4, column 1", "the quotation mark at line 2, column 4 is never closed"),
        ("a: [b, c\nd: 1\n", "line 2, column 2", "the list that `[` opens at line 1, column 4 lacks"),
        ("a: {b: c, d: e\nf: 1\n", "line 2, column 2", "the mapping that `{` opens at line 1, column 4 lacks"),
        ("a: 1\nuid\nb: 2\n", "line 3, column 1", "at line 2, column 1 the name of a member stands without a colon"),
        ("a: 1\nb: @x\n", "line 2, column 4", "must not begin with `@`"),
        ("a: \"x\\qy\"\n", "line 1, column 6", "escape that YAML does not have"),
        ("a: b\n- c\n", "line 2, column 1", "indented otherwise than the members that begin at line 1, column 1"),
        ("a: - b\n", "line 1, column 4", "a list begins in the middle of a line"),
        ("x\na: 1\n", "line 2, column 2", "the line above it has no colon"),
        ("a: \"b\" c\n", "line 1, column 8", "something follows a value that is complete"),
        ("[a]\nb: 1\n", "line 2, column 1", "the document is complete before this line"),
        ("[", "line 2, column 1", "a value is missing, or a bracket"),
        ("a: x\nb: y\u{1}z\n", "line 2, column 5", "control characters"),
        ("x: 0\nb:\n  - target: a\n    target: b\n", "line 3, column 5", "`target` stands here and again further down"),
        ("title: {en: Weather, zh 旧金山}\n", "line 1", "`zh 旧金山` has no value: a colon is missing, as in `zh: 旧金山`"),
        ("uid:\ntype: Set\n", "line 1", "`uid` has no value; write it after the colon"),
        ("uid: a\nb: 1\nuid: c\n", "line 1, column 1", "`uid` stands here and again further down"),
    ])
    func `a fault has its line and column and plain words`(text: String, place: String, words: String) {
        let error = #expect(throws: PolicyError.self, "\(text)") { try YAMLDocument.value(of: Array(text.utf8)) }
        let message = error?.message ?? ""
        #expect(message.hasPrefix(place + ": "), "\(message)")
        #expect(message.contains(words), "\(message)")
        for raw in ["while ", "scanner", "expected all keys", "Context:", "\n"] { #expect(!message.contains(raw)) }
    }
}
