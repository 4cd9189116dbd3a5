import Foundation
import FuzzTargets
import Testing

/// The fuzz targets over inputs kept from earlier runs, over their mutations, and over random bytes.
@Suite struct FuzzReplayTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fuzz/Corpus").standardizedFileURL

    private static func inputs(_ name: String) -> [[UInt8]] {
        let folder = corpus.appending(path: name)
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.sorted { $0.path < $1.path }.compactMap { try? Array(Data(contentsOf: $0)) }
    }

    @Test(arguments: FuzzTargets.all.keys.sorted())
    func `no input traps`(name: String) throws {
        let run = try #require(FuzzTargets.all[name])
        let inputs = Self.inputs(name)
        #expect(!inputs.isEmpty, "`Tests/Fuzz/Corpus/\(name)` holds no inputs")
        var random = SystemRandomNumberGenerator()
        for input in inputs {
            run(input)
            guard !input.isEmpty else { continue }
            for _ in 0..<20 {
                var mutated = input
                mutated[Int.random(in: 0..<mutated.count, using: &random)] = .random(in: .min ... .max, using: &random)
                run(mutated)
                run(Array(mutated.prefix(.random(in: 0..<mutated.count, using: &random))))
            }
        }
        for _ in 0..<200 {
            run((0..<Int.random(in: 0..<300, using: &random)).map { _ in .random(in: .min ... .max, using: &random) })
        }
    }
}
