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

    @Test func slugsAreDistinct() {
        #expect(Set(ProblemType.all.map(\.slug)).count == ProblemType.all.count)
    }
}
