import Foundation
import HTTPTypes
import Relay
import StrictJSON
import Testing

@Suite struct ProblemTests {
    @Test(arguments: ProblemType.all)
    func everyTypeMakesADocument(_ type: ProblemType) throws {
        let problem = Problem(type, "why \"so\"", retryAfter: 3)
        let body = problem.body(correlation: "01J")
        let json = try JSONValue(parsing: body)
        #expect(json["type"]?.string == "urn:hansa:problem:\(type.slug)")
        #expect(json["title"]?.string == type.title)
        #expect(json["status"]?.int == type.status)
        #expect(json["detail"]?.string == "why \"so\"")
        #expect(json["correlation"]?.string == "01J")
        let head = problem.head(contentLength: body.count)
        #expect(head.status.code == type.status)
        #expect(head.headerFields[.contentType] == "application/problem+json")
        #expect(head.headerFields[.retryAfter] == "3")
    }

    /// The documentation's table, which consumers go by, has every type with its status and no other.
    @Test func everyTypeIsDocumented() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("Documentation/exchange.md"), encoding: .utf8)
        let errors = try #require(
            text.components(separatedBy: "## Errors").last?.components(separatedBy: "\n## ").first)
        let rows = errors.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
        let documented = rows.map { row in
            row.split(separator: "|").prefix(2).map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        }
        #expect(Set(documented) == Set(ProblemType.all.map { "\($0.slug) \($0.status)" }))
    }

    @Test func slugsAreDistinct() {
        #expect(Set(ProblemType.all.map(\.slug)).count == ProblemType.all.count)
    }
}
