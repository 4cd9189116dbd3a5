import Foundation
import Relay
import StrictJSON
import Testing

@testable import hansa

@Suite struct ConfigurationTests {
    @Test(
        arguments: [
            ("exchnge:\n  listen: 127.0.0.1:1\n", "hansa.yaml:1: unknown key `exchnge`; did you mean `exchange`?"),
            (
                "exchange:\n  lsten: 127.0.0.1:1\n",
                "hansa.yaml:2: unknown key `exchange.lsten`; did you mean `exchange.listen`?"
            ),
            ("exchange:\n  listen: nowhere\n", "hansa.yaml:2: `exchange.listen` is `nowhere`, expected an address"),
            ("exchange: yes\n", "hansa.yaml:1: `exchange` expected further keys below it"),
            ("log:\n  level: loud\n", "hansa.yaml:2: `log.level` is `loud`, expected one of `trace`"),
            ("timeouts:\n  idle: 5\n", "hansa.yaml:2: `timeouts.idle` is `5`, expected a duration"),
            ("timeouts:\n  idle: 9h\n", "hansa.yaml:2: `timeouts.idle` is `9h`, expected a duration"),
            ("limits:\n  header-size: 12KB\n", "hansa.yaml:2: `limits.header-size` is `12KB`, expected a size"),
            (
                "upstream:\n  private: maybe\n",
                "hansa.yaml:2: `upstream.private` is `maybe`, expected `true` or `false`"
            ),
            ("exchange:\n  authorities: one\n", "hansa.yaml:2: `exchange.authorities` is `one`, expected a list"),
            ("log:\n  level: [info]\n", "hansa.yaml:2: `log.level` holds several values"),
            ("- a\n- b\n", "hansa.yaml: expected `key: value` lines at the top"),
            ("log: {level: info", "hansa.yaml: not readable as YAML"),
            ("log:\n  level: info\nlog:\n  format: json\n", "hansa.yaml: not readable as YAML"),
        ])
    func wrongFileNamesKeyPlaceAndExpectation(text: String, beginning: String) {
        let problems = ConfigurationSchema.node.problems(yaml: text, file: "hansa.yaml")
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(beginning) == true, "found: \(problems)")
    }

    @Test func everyProblemIsReportedAtOnce() {
        let problems = ConfigurationSchema.node.problems(yaml: "a: 1\nb: 2\nlog:\n  level: x\n", file: "f")
        #expect(problems.count == 3)
    }

    @Test(arguments: ["", "# only a comment\n", "exchange:\n", "log:\n  level: debug\n"])
    func goodFileHasNoProblems(text: String) async throws {
        #expect(ConfigurationSchema.node.problems(yaml: text, file: "f").isEmpty)
        let level = try await reader(file: temporaryFile(text))["log.level"]
        #expect(level == (text.contains("debug") ? "debug" : "info"))
    }

    @Test func flagsComeBeforeEnvironmentBeforeFile() async throws {
        let file = try temporaryFile("log:\n  level: debug\n  format: json\nexchange:\n  listen: 127.0.0.1:1\n")
        let settings = try await reader(
            file: file, environment: ["HANSA_LOG_FORMAT": "text", "HANSA_EXCHANGE_LISTEN": "127.0.0.1:2"],
            flags: ["exchange.listen": "127.0.0.1:3"])
        #expect(settings["log.level"] == "debug")
        #expect(settings["log.format"] == "text")
        #expect(settings["exchange.listen"] == "127.0.0.1:3")
        #expect(settings["timeouts.idle"] == "75s")
    }

    @Test func listsComeFromFileAndEnvironment() async throws {
        let file = try temporaryFile("exchange:\n  authorities: [a.example, b.example]\n")
        #expect(try await reader(file: file).list("exchange.authorities") == ["a.example", "b.example"])
        let fromEnvironment = try await reader(environment: ["HANSA_EXCHANGE_AUTHORITIES": "c.example,d.example"])
        #expect(fromEnvironment.list("exchange.authorities") == ["c.example", "d.example"])
        let fromFlags = try await reader(flags: ["exchange.authorities": "e.example,f.example"])
        #expect(fromFlags.list("exchange.authorities") == ["e.example", "f.example"])
    }

    @Test(
        "authorities are derived, named, or any",
        arguments: [
            ([:], .ofCertificate(and: ["127.0.0.1:8443"])),
            (["exchange.url": "https://gateway.example/"], .ofCertificate(and: ["gateway.example"])),
            (["exchange.authorities": "a.example,b.example:1"], .only(["a.example", "b.example:1"])),
            (["exchange.authorities": "*"], .any),
        ] as [([String: String], AnsweredAuthorities)])
    func authorities(flags: [String: String], expected: AnsweredAuthorities) async throws {
        let flags = flags.merging(["operator.code": "MA.156.1301.90"]) { first, _ in first }
        let configuration = try NodeConfiguration(try await reader(flags: flags))
        #expect(try configuration.gateway().authorities == expected)
    }

    @Test func pathsAreRelativeToTheFile() async throws {
        let file = try temporaryFile("ledger:\n  directory: there\n")
        let directory = URL(fileURLWithPath: file).deletingLastPathComponent().path
        #expect(try await reader(file: file).path("ledger.directory") == directory + "/there")
    }

    @Test(
        arguments: [
            (
                ["HANSA_LOG_LEVL": "info"], [:],
                "environment: unknown key `HANSA_LOG_LEVL`; did you mean `HANSA_LOG_LEVEL`?"
            ),
            (["HANSA_LOG_LEVEL": "loud"], [:], "environment: `HANSA_LOG_LEVEL` is `loud`, expected one of"),
            ([:], ["log.levle": "info"], "command line: unknown key `log.levle`; did you mean `log.level`?"),
            ([:], ["log.level": "loud"], "command line: `log.level` is `loud`, expected one of"),
        ])
    func wrongVariablesAndFlagsNameThemselves(
        environment: [String: String], flags: [String: String], part: String
    ) async throws {
        let error = await #expect(throws: CommandError.self) {
            try await reader(environment: environment, flags: flags)
        }
        #expect(error?.status == .configuration)
        #expect(error?.message.contains(part) == true, "found: \(String(describing: error))")
    }

    @Test(arguments: ConfigurationSchema.node.settings.map(\.key) + ConfigurationSchema.profile.settings.map(\.key))
    func standardsAreAcceptedByTheirOwnKind(key: String) throws {
        let setting = try #require(ConfigurationSchema.node[key] ?? ConfigurationSchema.profile[key])
        if let standard = setting.standard { #expect(setting.kind.accepts(standard)) }
        #expect(setting.summary.hasSuffix("."))
    }

    @Test(arguments: [("0ms", "0s"), ("1500ms", "1500ms"), ("60s", "1min"), ("90s", "90s"), ("120min", "2h")])
    func durationsReadAndWrite(text: String, written: String) throws {
        #expect(try #require(Duration(setting: text)).setting == written)
    }

    @Test(arguments: ["", "s", "5", "-5s", "5 s", "99999999999s", "1d"])
    func wrongDurationsAreRefused(text: String) {
        #expect(Duration(setting: text) == nil)
    }

    @Test(arguments: [("512", 512), ("64KiB", 65_536), ("1GiB", 1 << 30)] as [(String, UInt64)])
    func sizesRead(text: String, bytes: UInt64) {
        #expect(UInt64(sizeSetting: text) == bytes)
    }

    @Test(arguments: ["", "KiB", "1KB", "99999999999999TiB", "-1"])
    func wrongSizesAreRefused(text: String) {
        #expect(UInt64(sizeSetting: text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1", 80), ("[::1]:0", "::1", 0), ("host.example:65535", "host.example", 65_535),
    ])
    func addressesRead(text: String, host: String, port: Int) throws {
        let name = try #require(SocketName(text))
        #expect(name.host == host && name.port == port && name.description == text)
    }

    @Test(arguments: ["", "80", ":80", "::1:80", "a:65536", "a:", "a:x", "[a]:80", "a/b:80", "a:+8"])
    func wrongAddressesAreRefused(text: String) {
        #expect(SocketName(text) == nil)
    }

    private func reader(
        file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
    ) async throws -> SettingsReader {
        try await SettingsReader(
            schema: .node, file: file, environment: environment, flags: flags,
            knownEnvironment: ConfigurationSchema.environmentNames)
    }

    private func temporaryFile(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "hansa-\(UUID().uuidString).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}

@Suite struct DocumentFileTests {
    @Test(
        arguments: [
            "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
                + (1..<12).map {
                    "a\($0): &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ",") + "]\n"
                }
                .joined(),
            String(repeating: "{a: ", count: 500), String(repeating: "[", count: 100_000),
            "a: " + String(repeating: "[", count: 70) + String(repeating: "]", count: 70), "{", "a: *b",
        ])
    func documentsThatGrowOrNestAreRefused(text: String) throws {
        let path = NSTemporaryDirectory() + "hansa-\(UUID().uuidString).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: CommandError.self) { try DocumentFile.json(path) }
        #expect(error?.status == .input)
    }

    @Test func plainScalarsHaveTypesAndQuotedOnesAreText() throws {
        let path = NSTemporaryDirectory() + "hansa-\(UUID().uuidString).yaml"
        try "a: 1\nb: \"1\"\nc: true\nd: [x, null]\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(
            String(decoding: try DocumentFile.json(path).bytes, as: UTF8.self)
                == #"{"a":1,"b":"1","c":true,"d":["x",null]}"#)
    }
}
