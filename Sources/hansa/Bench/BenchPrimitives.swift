import ArgumentParser
import CityIdentity
import Crypto
import StrictJSON

/// `hansa bench primitives`: what signatures and hashes cost here, the floor under every exchange.
struct BenchPrimitives: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "primitives", abstract: "Measure what one signature, verification and hash cost on one core.",
        discussion: """
            The median of many short runs, in processor time of this thread.
            Example: hansa bench primitives
            """)

    @OptionGroup var output: OutputOptions

    func run() throws {
        var costs: [(member: String, words: String, nanoseconds: UInt64)] = []
        let message = [UInt8](repeating: 0x61, count: 512)
        for algorithm in [SignatureAlgorithm.es256, .eddsa, .sm2] {
            let key = try PrivateKey(generating: algorithm)
            let signature = try key.sign(message)
            let publicKey = key.publicKey
            guard publicKey.isValidSignature(signature, for: message) else {
                throw CommandError(.failure, "\(algorithm.rawValue) does not verify what it signed")
            }
            let name = algorithm.rawValue
            costs.append(
                (name.lowercased() + "Sign", "\(name) signature", try CallCost.median { _ = try key.sign(message) }))
            costs.append(
                (
                    name.lowercased() + "Verify", "\(name) verification",
                    CallCost.median { _ = publicKey.isValidSignature(signature, for: message) }
                ))
        }
        for (name, count) in [("1KiB", 1 << 10), ("64KiB", 64 << 10)] {
            let bytes = [UInt8](repeating: 0x61, count: count)
            costs.append(
                (
                    "sha256Of" + name, "SHA-256 of \(ByteCount(UInt64(count)))",
                    CallCost.median { _ = SHA256.hash(data: bytes) }
                )
            )
        }
        var table = TextTable("OPERATION", "µs", "PER SECOND AND CORE")
        for cost in costs {
            let tenths = (cost.nanoseconds + 50) / 100
            table.add(cost.words, "\(tenths / 10).\(tenths % 10)", "\(1_000_000_000 / max(1, cost.nanoseconds))")
        }
        output.print(
            json: JSONValue(costs.map { ($0.member + "Nanoseconds", JSONValue($0.nanoseconds)) }),
            text: table.rendered())
    }
}
