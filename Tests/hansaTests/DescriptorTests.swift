import Foundation
import Glibc
import Testing

@testable import hansa

/// A node that may open no more files, as somebody who opens connections brings about.
@Suite struct DescriptorTests {
    private static let limit = 96

    @Test(.timeLimit(.minutes(3)), .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd")))
    func aNodeWithoutDescriptorsLivesOnAndServesAgain() async throws {
        let program = try Program()
        let (exchange, open) = (try FreePort.find(), try FreePort.find())
        let (node, home) = (program.path("node"), program.path("home"))
        let begun = try await program.run(
            "network", "init", "--directory", node, "--name", "ledger.example/files", "--operator", "MA.156.1301.90",
            "--exchange-listen", "127.0.0.1:\(exchange)", "--public-listen", "127.0.0.1:\(open)")
        #expect(begun.status == 0, "\(begun.error)")
        let served = try ChildProcess(
            [
                "-c", "ulimit -n \(Self.limit) && exec \"$0\" \"$@\"", Program.executable.path, "serve", "--directory",
                node,
            ], logging: program.directory, name: "served", program: URL(fileURLWithPath: "/bin/sh"))
        defer { served.terminate() }
        #expect(await Self.isReady(open, served), "\(served.errorText)")

        let isExhausted = await Self.exhaust(open, exchange) {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(served.identifier)/fd").count) == Self.limit
        }
        #expect(isExhausted)
        #expect(served.isRunning, "\(served.errorText)")
        #expect(await Self.isReady(open, served), "\(served.errorText)")

        // Ledger and both listeners do their work again.
        for arguments in [
            ["key", "generate", "--home", home, "--code", "MA.840.5363000", "tls", "exchange", "registry"],
            [
                "network", "join", "--home", home, "--code", "MA.840.5363000", "--node", "http://127.0.0.1:\(open)",
                "--gateway-certificate", node + "/certificates/tls-1.pem",
            ],
            ["identity", "apply", "--home", home, "--title", "en=Seattle"],
            ["identity", "approve", "MA.840.5363000", "--home", node],
        ] {
            let done = try await ChildProcess.run(
                arguments, logging: program.directory, program: Program.executable)
            #expect(done.status == 0, "\(arguments.joined(separator: " ")): \(done.error)")
        }
        let asked = try await program.run("fetch", "MA.840.5363000/weather", "--home", home)
        #expect(asked.error.contains("urn:hansa:problem:unknown-dataset"), "\(asked.error)")
        served.terminate()
        #expect(await served.wait() == 0, "\(served.errorText)")
    }

    /// Opens connections from many addresses of this machine, says whether they brought about what they should, and
    /// closes them.
    private static func exhaust(_ ports: Int..., until condition: () -> Bool) async -> Bool {
        var sockets: [Int32] = []
        defer { for descriptor in sockets { close(descriptor) } }
        // The node closes what says nothing for a while, so that new ones take the place of the oldest.
        for round in 0..<1500 {
            while sockets.count >= 400 { close(sockets.removeFirst()) }
            for port in ports {
                for host in 1...4 {
                    if let descriptor = Self.connect(to: port, from: "127.0.\(round % 8).\(host)") {
                        sockets.append(descriptor)
                    }
                }
            }
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return condition()
    }

    private static func connect(to port: Int, from host: String) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        func address(_ host: String, _ port: Int) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            inet_pton(AF_INET, host, &address.sin_addr)
            return address
        }
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        func with(_ address: sockaddr_in, _ call: (UnsafePointer<sockaddr>) -> Int32) -> Int32 {
            withUnsafePointer(to: address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, call) }
        }
        _ = with(address(host, 0)) { bind(descriptor, $0, length) }
        _ = with(address("127.0.0.1", port)) { Glibc.connect(descriptor, $0, length) }
        return descriptor
    }

    private static func isReady(_ port: Int, _ served: ChildProcess) async -> Bool {
        for _ in 0..<300 where served.isRunning {
            let answer = try? await NodeClient.with(NodeAddress("http://127.0.0.1:\(port)")) {
                try await $0.bytes("/health/ready")
            }
            if answer != nil { return true }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }
}
