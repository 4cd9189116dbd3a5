import CityIdentity
import Foundation
import StrictJSON

@testable import SharingPolicy

/// Short ways to make what the tests are about.
enum Fixture {
    static let shijiazhuang = code("MA.156.1301")
    static let seattle = code("MA.840.5363000")
    static let noon = moment("2026-11-22T12:00:00Z")

    static func code(_ text: String) -> IdentificationCode {
        do { return try IdentificationCode(text) } catch { fatalError("\(error)") }
    }

    static func moment(_ text: String) -> Timestamp {
        do { return try Timestamp(rfc3339: text) } catch { fatalError("\(error)") }
    }

    static func dataset(_ text: String) -> DatasetIdentifier {
        do { return try DatasetIdentifier(text) } catch { fatalError("\(error)") }
    }

    /// A JSON-LD policy with the given members besides context, type and uid.
    static func json(_ members: String) -> [UInt8] {
        Array(
            """
            {"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Set","uid":"urn:example:policy",\(members)}
            """.utf8)
    }

    /// A policy whose one permission, for reading Shijiazhuang's divisions, has the given further members.
    static func permission(_ members: String, policy: String = "") -> [UInt8] {
        json(
            """
            \(policy)"permission":[{"uid":"urn:example:p","assignee":"did:ma:840.5363000",
            "target":"did:ma:156.1301/divisions","action":"read"\(members.isEmpty ? "" : ",")\(members)}]
            """)
    }

    static func constraint(_ text: String) -> [UInt8] { permission("\"constraint\":[\(text)]") }

    static func request(
        consumer: String = "MA.840.5363000", dataset: String = "MA.156.1301/divisions", action: String = "read",
        purpose: String? = "research", time: String = "2026-11-22T12:00:00Z", size: Int? = nil
    ) -> AccessRequest {
        AccessRequest(
            consumer: code(consumer), dataset: self.dataset(dataset), action: action, purpose: purpose,
            time: moment(time), requestSize: size)
    }

    static func decide(
        _ documents: [[UInt8]], _ request: AccessRequest, state: EvaluationState = EvaluationState()
    ) throws -> Decision {
        PolicySet(try documents.map { try Policy(reading: $0, format: .jsonld) }).evaluate(request, state)
    }

    /// The example policies of the repository.
    static let policies = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Policies")
}
