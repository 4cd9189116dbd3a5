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
        let outcome = await withTaskGroup(of: Outcome.self) { group in
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return .interrupted }
                return .interrupted
            }
            group.addTask { await play(network, stage) }
            let first = await group.next() ?? .interrupted
            group.cancelAll()
            // What an interruption meant is known only to what was interrupted.
            let second = await group.next() ?? first
            return first == .interrupted ? second : first
        }
        await network.stop()
        place.leave(keeping: keep || directory != nil)
        switch outcome {
        case .passed: return
        case .failed: throw ExitCode(ExitStatus.failure.rawValue)
        case .interrupted: throw ExitCode(130)
        }
    }

    private enum Outcome {
        case passed
        case failed
        /// Before every step was shown.
        case interrupted
    }

    /// Plays every step and, with `--keep`, waits until it is cancelled.
    private func play(_ network: DemoNetwork, _ stage: Stage) async -> Outcome {
        do {
            try await network.begin()
            let script = DemoScript(network: network, stage: stage)
            await script.play()
        } catch {
            if !Task.isCancelled { stage.failed("\(error)") }
        }
        stage.conclude()
        if Task.isCancelled { return .interrupted }
        guard keep else { return stage.failures == 0 ? .passed : .failed }
        do {
            try await network.writeManifest()
        } catch {
            stage.failed("\(error)")
            return .failed
        }
        stage.say("\nEverything stays running. How to take part: \(network.place.manifest)\nCtrl-C ends it.")
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        return stage.failures == 0 ? .passed : .failed
    }
}
