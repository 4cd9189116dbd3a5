import ArgumentParser
import Foundation
import StrictJSON

/// `hansa doctor`: is everything as it should be, and what to do where it is not.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check clock, keys, certificates, ports, disk, ledger and upstreams, and say what to do.",
        discussion: """
            With --directory it examines a node, otherwise the home of a participant. Exit code 2 means there are problems.
            Example: hansa doctor --directory node
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .long, help: "A node's directory.", completion: .directory)
    var directory: String?

    func run() async throws {
        let findings = if let directory { try await examineNode(directory) } else { try await examineHome() }
        let terminal = Terminal.output
        let problems = findings.filter { $0.state == .problem }.count
        let summary = Finding.summary(findings)
        output.print(
            json: ["problems": JSONValue(problems), "findings": JSONValue(findings.map(\.json))],
            text: findings.map { $0.text(on: terminal) }.joined(separator: "\n") + "\n" + terminal.paint(summary, .bold)
        )
        if problems > 0 { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private func examineHome() async throws -> [Finding] {
        let profile = try await home.profile()
        var findings = [Examination.clock()]
        findings += Examination.keys(in: profile.home)
        findings += Examination.certificates(in: profile.home, code: try? profile.code())
        findings.append(Examination.disk(profile.home.directory))
        findings += Examination.histories(in: profile.home)
        guard let address = try? profile.node() else {
            return findings + [
                .problem("node", "no node is set", advice: "`hansa network join --node URL` writes a profile")
            ]
        }
        return findings
            + (await NodeExamination(address: address, home: profile.home, code: try? profile.code()).findings())
    }

    private func examineNode(_ directory: String) async throws -> [Finding] {
        let configuration = try await NodeConfiguration.read(directory: directory)
        let home = Home(directory)
        var findings = [Examination.clock()]
        findings += Examination.keys(in: home)
        findings += Examination.certificates(in: home, code: configuration.code)
        findings.append(Examination.disk(home.directory))
        findings += Examination.histories(in: home)
        findings += Examination.listeners(configuration)
        let certificate = configuration.settings.path("public.certificate")
        let reached = "\(certificate == nil ? "http" : "https")://\(configuration.open.reached)"
        var address = NodeAddress(reached, certificate: certificate)
        address.namesHost = false
        let isRunning = await NodeExamination.isLive(address)
        if isRunning {
            findings += await NodeExamination(address: address, home: home, code: configuration.code).findings()
        } else {
            findings.append(
                .warning("node", "is not running", advice: "`hansa serve --directory \(directory)`, or its service"))
            for (name, address) in [("exchange", configuration.exchange), ("public", configuration.open)] {
                findings.append(Examination.port(name, address))
            }
        }
        let stored = StoredExamination(configuration: configuration)
        findings.append(await stored.ledger())
        findings += await stored.receipts()
        return findings + (await stored.upstreams())
    }
}
