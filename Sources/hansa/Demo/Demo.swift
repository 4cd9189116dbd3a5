import ArgumentParser
import Foundation
import UnixSignals

/// `hansa demo`: three cities exchange real data, step by step.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Three cities exchange real data through one gateway; every step is shown and checked.",
        discussion: """
            Exit code 0 only if every step came out as it should.
            With --keep everything stays running until Ctrl-C, and DIR/demo.json says how any other client takes part.
            Example: hansa demo --directory demo --keep
            """)

    @Option(
        name: .long, help: "Where to put everything. (default: a directory that is removed afterwards)",
        completion: .directory)
    var directory: String?

    @Flag(name: .long, help: "Leave everything running until Ctrl-C, and write DIR/demo.json.")
    var keep = false

    func run() async throws {
        let stage = Stage()
        let place = try DemoDirectory(directory)
        let network = DemoNetwork(place: place, stage: stage)
        let passed = await withTaskGroup(of: Bool?.self) { group in
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return nil }
                return nil
            }
            group.addTask { await play(network, stage) }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? keep
        }
        await network.stop()
        place.leave(keeping: keep || directory != nil)
        if !passed || stage.failures > 0 { throw ExitCode(ExitStatus.failure.rawValue) }
    }

    /// Plays every step; false where one did not come out as it should.
    private func play(_ network: DemoNetwork, _ stage: Stage) async -> Bool? {
        do {
            try await network.begin()
            let script = DemoScript(network: network, stage: stage)
            await script.play()
        } catch {
            stage.failed("\(error)")
        }
        stage.conclude()
        guard keep, !Task.isCancelled else { return stage.failures == 0 }
        do {
            try await network.writeManifest()
        } catch {
            stage.failed("\(error)")
            return false
        }
        stage.say("\nEverything stays running. How to take part: \(network.place.manifest)\nCtrl-C ends it.")
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        return stage.failures == 0
    }
}
