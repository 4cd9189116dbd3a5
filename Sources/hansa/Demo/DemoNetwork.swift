import AsyncHTTPClient
import CityIdentity
import Foundation
import StrictJSON
import Synchronization

/// The demo's network: a gateway as a process of its own, and a real HTTPS server for each city.
final class DemoNetwork: Sendable {
    let place: DemoDirectory
    let stage: Stage
    static let name = "ledger.hansa.example/demo"
    static let operatorCode = "MA.156.1301.90"

    private struct Running {
        var gateway: ChildProcess?
        var servers: [String: OriginServer] = [:]
        var exchange = ""
        var open = ""
    }
    private let running = Mutex(Running())

    init(place: DemoDirectory, stage: Stage) {
        self.place = place
        self.stage = stage
    }

    var gateway: ChildProcess? { running.withLock { $0.gateway } }
    var exchangeURL: String { running.withLock { "https://" + $0.exchange } }
    var publicURL: String { running.withLock { "http://" + $0.open } }
    func origin(of city: DemoCity) -> String { running.withLock { $0.servers[city.code]?.url ?? "" } }

    /// Brings everything up; what fails here ends the demo.
    func begin() async throws {
        try await beginNetwork()
        for city in DemoCity.all { try await admit(city) }
        let data = try CityData()
        for city in DemoCity.all { try await publish(city, data: data) }
        for city in DemoCity.all { try await agree(city) }
    }

    func stop() async {
        let (gateway, servers) = running.withLock { ($0.gateway, $0.servers) }
        gateway?.terminate()
        _ = await gateway?.wait()
        for server in servers.values { await server.stop() }
    }

    /// Runs a command of this program, shown as one would type it, and expects an exit code.
    @discardableResult
    func hansa(_ words: [String], home: Home? = nil, expecting status: ExitStatus = .success) async throws
        -> ChildProcess.Output
    {
        try Task.checkCancellation()
        let arguments = words + (home.map { ["--home", $0.directory] } ?? [])
        stage.command(arguments.map { $0.replacing(place.path, with: "DIR") })
        let result = try await ChildProcess.run(arguments, logging: place.path + "/files")
        try Task.checkCancellation()
        guard result.status == status.rawValue else {
            throw Stage.Unexpected(
                "exit code \(result.status) instead of \(status.rawValue)\n\(result.output)\(result.error)")
        }
        return result
    }

    // MARK: Beginning

    private func beginNetwork() async throws {
        stage.heading("A network begins")
        stage.say("  An operations centre under \(Self.operatorCode) makes the genesis and runs the gateway.")
        let exchange = SocketName(host: "127.0.0.1", port: try FreePort.find())
        let open = SocketName(host: "127.0.0.1", port: try FreePort.find())
        try await hansa([
            "network", "init", "--directory", place.node.directory, "--name", Self.name, "--operator",
            Self.operatorCode, "--title", "en=Operations centre", "--title", "zh=运营中心", "--private-upstreams",
            "--exchange-listen", exchange.description, "--public-listen", open.description,
        ])
        let arguments = ["serve", "--directory", place.node.directory]
        stage.command(arguments.map { $0.replacing(place.path, with: "DIR") })
        let gateway = try ChildProcess(arguments, logging: place.path + "/files", name: "gateway")
        running.withLock {
            $0.gateway = gateway
            $0.exchange = exchange.description
            $0.open = open.description
        }
        try await waitUntilReady(gateway)
        stage.passed(
            "process \(gateway.identifier) takes exchanges at \(exchangeURL) and serves the ledger at \(publicURL)")
    }

    private func waitUntilReady(_ gateway: ChildProcess) async throws {
        for _ in 0..<300 {
            guard gateway.isRunning else { throw Stage.Unexpected("the gateway ended:\n\(gateway.errorText)") }
            if (try? await NodeClient.with(NodeAddress(publicURL)) { try await $0.bytes("/health/ready") }) != nil {
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Stage.Unexpected("the gateway was not ready within 30 s:\n\(gateway.errorText)")
    }

    private func admit(_ city: DemoCity) async throws {
        let home = place.home(city.directory)
        stage.heading("\(city.english) (\(city.chinese)) applies for \(city.code) and is admitted")
        for (algorithm, purposes) in city.keys {
            try await hansa(
                ["key", "generate"] + purposes + [
                    "--algorithm", algorithm, "--code", city.code, "--ip-address", "127.0.0.1",
                ], home: home)
        }
        try await hansa(
            [
                "network", "join", "--code", city.code, "--node", publicURL, "--gateway", exchangeURL,
                "--gateway-certificate", place.node.certificatePath("tls-1"),
            ], home: home)
        try await hansa(
            ["identity", "apply", "--title", "en=\(city.english)", "--title", "zh=\(city.chinese)"], home: home)
        let answer = try await hansa(["identity", "approve", city.code], home: place.node)
        stage.answer(answer.output)
        stage.passed("\(city.code) is active")
    }

    private func publish(_ city: DemoCity, data: CityData) async throws {
        let home = place.home(city.directory)
        stage.heading("\(city.english) starts its own server and offers \(city.dataset)")
        let server = try await OriginServer.start(
            certificate: InputFile.text(home.certificatePath("tls-1")), key: KeyFile.read(home.keyPath("tls-1")).pem,
            gateway: InputFile.text(place.node.certificatePath("tls-1")), answer: city.answer(data))
        running.withLock { $0.servers[city.code] = server }
        let path = place.file("\(city.dataset).yaml")
        let description = """
            name: \(city.dataset)
            title: \(city.title)
            license: \(city.license)
            origin: \(server.url)
            actions:
              - {methods: [GET, HEAD], path: /**, action: read}
              - {methods: [POST], path: /**, action: inform}

            """
        try description.write(toFile: path, atomically: true, encoding: .utf8)
        try await hansa(["dataset", "publish", path], home: home)
        stage.passed("\(city.identifier) is published; its server \(server.url) lets in the gateway's key alone")
    }

    private func agree(_ city: DemoCity) async throws {
        let home = place.home(city.directory)
        stage.heading("\(city.english) agrees on who may read \(city.dataset): two keys, four eyes")
        for policy in city.policies {
            let path = place.file(policy)
            try Data(CityData.file(policy)).write(to: URL(fileURLWithPath: path))
            let proposed = try await hansa(["policy", "propose", path, "--json"], home: home)
            guard let hash = try JSONValue(parsing: Array(proposed.output.utf8))["hash"]?.string else {
                throw Stage.Unexpected("the proposal has no hash")
            }
            try await hansa(["policy", "approve", hash], home: home)
            stage.passed("\(policy) is in force, signed by policy-1 and policy-2")
        }
    }
}

/// A free port of the loopback address, as the system finds one.
enum FreePort {
    static func find() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw -> Int? in
                guard bind(descriptor, raw, length) == 0, getsockname(descriptor, raw, &length) == 0 else { return nil }
                return raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    Int(UInt16(bigEndian: $0.pointee.sin_port))
                }
            }
        }
        guard let port else { throw CommandError(.failure, "the system has no free port") }
        return port
    }
}
