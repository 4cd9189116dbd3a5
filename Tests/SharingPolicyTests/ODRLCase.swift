import CityIdentity
import Foundation
import StrictJSON
import Testing

@testable import SharingPolicy

/// One case of the ODRL conformance suite.
struct ODRLCase: Sendable, CustomTestStringConvertible {
    let json: JSONValue
    let file: String

    var testDescription: String { "\(file) \(json["id"]?.string ?? "?")" }

    /// A case, or a variant of it with its own fields in place of the case's.
    struct Evaluation {
        let name: String
        let json: JSONValue

        /// What may be expected: the case's own, and where that is contested, Hansa's reading alone.
        ///
        /// Hansa denies where readings differ, so of a contested pair only the denying one is acceptable.
        var acceptable: [JSONValue] {
            let all = [json["expected"], json["contested"]?["expected"]].compactMap { $0 }
            let denying = all.filter { $0["decision"]?.string == "deny" }
            return all.count > 1 && !denying.isEmpty ? denying : all
        }
    }

    var evaluations: [Evaluation] {
        let own = Evaluation(name: testDescription, json: json)
        return [own]
            + (json["variants"]?.array ?? []).map { variant in
                var fields = json.object ?? JSONObject()
                fields["variants"] = nil
                fields["contested"] = nil
                for (name, value) in variant.object?.members ?? [] { fields[name] = value }
                return Evaluation(
                    name: "\(testDescription), variant \(variant["name"]?.string ?? "?")", json: .object(fields))
            }
    }

    // MARK: Request and state

    struct Unusable: Error { let what: String }

    static func request(_ json: JSONValue) throws -> AccessRequest {
        guard let request = json["request"], let action = request["action"]?.string,
            let target = request["target"]?.string, let assignee = request["assignee"]?.string,
            let now = json["now"]?.string
        else { throw Unusable(what: "request or now") }
        let time: Timestamp
        switch XMLSchema.moment(now) {
        case .moment(let moment): time = moment
        case .day(let from, _): time = from
        default: throw Unusable(what: "now")
        }
        var result = AccessRequest(assignee: IRI(assignee), target: IRI(target), action: action, time: time)
        for (operand, value) in request["context"]?.object?.members ?? [] {
            guard
                let read = ContextValue(
                    json: value["value"] ?? .null, unit: (value["unit"]?["@id"] ?? value["unit"])?.string)
            else {
                throw Unusable(what: "the value of \(operand)")
            }
            let names = NameResolver(format: .jsonld)
            result.set(names.term(operand) { LeftOperand.known[$0] != nil } ?? IRI(operand), read)
        }
        return result
    }

    static func state(_ json: JSONValue) -> EvaluationState {
        let state = json["state"] ?? .null
        let counts = state["counts"]?.array
        var result = EvaluationState { query in
            // Where the state has counts, what is not among them has not happened; where it has none, nobody knows.
            guard let counts else { return nil }
            let entry = counts.first { $0["rule"]?.string == query.rule && $0["assignee"]?.string == query.party.text }
            return entry.map { $0["completed"]?.int.flatMap { UInt64(exactly: $0) } } ?? 0
        }
        for membership in state["memberships"]?.array ?? [] {
            result.memberships.insert(
                IRI(membership["member"]?.string ?? ""), in: IRI(membership["collection"]?.string ?? ""))
        }
        for type in state["types"]?.array ?? [] {
            result.types[IRI(type["entity"]?.string ?? ""), default: []].insert(IRI(type["type"]?.string ?? ""))
        }
        for duty in state["performedDuties"]?.array ?? [] { result.duties[IRI(duty.string ?? "")] = .fulfilled }
        for duty in state["dutyStates"]?.array ?? [] {
            result.duties[IRI(duty["duty"]?.string ?? "")] = dutyState(
                deontic: duty["deontic"]?.string?.lowercased(), isPerformed: duty["performance"]?.string == "performed")
        }
        return result
    }

    private static func dutyState(deontic: String?, isPerformed: Bool) -> DutyState {
        switch deontic {
        case "violated" where isPerformed: .performedLate
        case let deontic?: DutyState(rawValue: deontic) ?? .unset
        case nil: isPerformed ? .fulfilled : .unset
        }
    }

    // MARK: Files

    /// The cases of this repository.
    static let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")

    /// Where the conformance suite stands.
    static let conformance: URL = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = ProcessInfo.processInfo.environment["HANSA_CONFORMANCE"]
        return (path.map { URL(fileURLWithPath: $0) } ?? root.appendingPathComponent("../shared/conformance"))
            .appendingPathComponent("odrl")
    }()

    /// Every case of every `*.json` file of a directory, in the order of the files' names.
    static func all(in directory: URL) -> [ODRLCase] {
        let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        let limits = JSONLimits(size: 256 << 20, depth: 200, values: 10_000_000)
        return files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }.flatMap { file -> [ODRLCase] in
            guard let data = try? Data(contentsOf: file),
                let json = try? JSONValue(parsing: Array(data), limits: limits)
            else { return [ODRLCase(json: .null, file: "\(file.lastPathComponent): unreadable")] }
            return (json["cases"]?.array ?? []).map { ODRLCase(json: $0, file: file.lastPathComponent) }
        }
    }
}
