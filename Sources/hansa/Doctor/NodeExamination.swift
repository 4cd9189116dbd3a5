import AsyncHTTPClient
import CityIdentity
import Foundation
import NIOCore
import NIOHTTP1
import StrictJSON

/// What a running node says of itself and of the keys of a home.
struct NodeExamination {
    let address: NodeAddress
    let home: Home
    let code: IdentificationCode?

    static func isLive(_ address: NodeAddress) async -> Bool {
        (try? await NodeClient.with(address) { try await $0.bytes("/health/live") }) != nil
    }

    func findings() async -> [Finding] {
        do {
            return try await NodeClient.with(address) { node in
                var findings = [try await reached(node), try await ready(node)]
                if let code { findings += try await keys(of: code, node) }
                return findings
            }
        } catch let error as CommandError {
            return [.problem("node", error.message, advice: error.advice ?? "start it with `hansa serve`")]
        } catch {
            return [
                .problem("node", "\(error)", advice: "start it with `hansa serve`, or correct `node` in the profile")
            ]
        }
    }

    private func reached(_ node: NodeClient) async throws -> Finding {
        let network = try await node.json("/network")
        return .good("node", "\(address.url) is at height \(network.field("height")) of \(network.field("network"))")
    }

    private func ready(_ node: NodeClient) async throws -> Finding {
        var request = HTTPClientRequest(url: address.url + "/health/ready")
        request.headers.add(name: "Accept", value: "application/json")
        let response = try await node.client.execute(request, timeout: .seconds(5))
        let body = try await response.body.collect(upTo: 65_536)
        let clock = Self.difference(response.headers.first(name: "Date"))
        if let clock, abs(clock) > 5 {
            return .problem(
                "clock", "differs by \(clock) s from the node's; more than 5 s and signatures are refused",
                advice: "synchronise both clocks with NTP")
        }
        if response.status == .ok { return .good("ready", "the node takes exchanges") }
        let answer = try? JSONValue(parsing: Array(body.readableBytesView))
        let reasons = (answer?["reasons"]?.array ?? []).compactMap(\.string).joined(separator: "; ")
        return .problem(
            "ready", "the node takes no exchanges: \(reasons)",
            advice: "Documentation/operations.md, \"When something is wrong\"; the node's log has more")
    }

    /// Seconds between an HTTP date (RFC 9110 section 5.6.7) and now.
    private static func difference(_ field: String?) -> Int? {
        guard let field else { return nil }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: field).map { Int(Date().timeIntervalSince($0).rounded()) }
    }

    private func keys(of code: IdentificationCode, _ node: NodeClient) async throws -> [Finding] {
        guard let bytes = try await node.bytes("/identities/\(code)", accept: "application/json") else {
            return [
                .problem("identity", "\(code) is not on the ledger", advice: "`hansa identity apply --title en=NAME`")
            ]
        }
        let answer = try JSONValue(parsing: bytes)
        let status = answer["identity"].map { $0.field("status") } ?? "-"
        var findings: [Finding] = [
            status == "active"
                ? .good("identity", "\(code) is active")
                : .problem("identity", "\(code) is \(status)", advice: "ask the registrars of the network")
        ]
        if status == "active", let reason = answer["inactive"]?.string {
            findings.append(.problem("identity", reason, advice: "ask whoever suspended it"))
        }
        let records = (answer["keys"]?.array ?? []).compactMap { try? KeyRecord(json: $0) }
        for name in home.keyNames {
            guard let record = records.first(where: { $0.id.name == name }) else {
                findings.append(.warning("key \(name)", "is not on the ledger", advice: "`hansa key add \(name)`"))
                continue
            }
            findings += self.findings(record, name: name)
        }
        for purpose in [KeyPurpose.tls, .exchange] {
            let names = home.keyNames(for: purpose)
            let isOneInUse = records.contains { names.contains($0.id.name) && $0.isActive(at: .now(), for: purpose) }
            guard !names.isEmpty, !isOneInUse else { continue }
            findings.append(
                .problem(
                    "keys", "none of the `\(purpose.rawValue)` keys here is in use: nothing can be exchanged",
                    advice: "`hansa key generate \(purpose.rawValue)`, then `hansa key add NAME`"))
        }
        return findings
    }

    private func findings(_ record: KeyRecord, name: String) -> [Finding] {
        let renew = "`hansa key generate PURPOSE`, then `hansa key add NAME`"
        if let key = try? KeyFile.read(home.keyPath(name)), key.publicKey != record.publicKey {
            return [.problem("key \(name)", "is another than the ledger has", advice: "restore the file, or \(renew)")]
        }
        let now = Timestamp.now()
        if let revocation = record.revocation {
            return [
                .warning(
                    "key \(name)", "was revoked at \(revocation.time): \(revocation.reason)",
                    advice: "delete \(home.keyPath(name))")
            ]
        }
        if let reason = record.reasonAgainstUse(at: now) {
            return [.problem("key \(name)", reason, advice: renew)]
        }
        let days = record.declaration.notAfter.milliseconds(since: now) / 86_400_000
        return days < 30 ? [.warning("key \(name)", "expires in \(days) days", advice: renew)] : []
    }
}
