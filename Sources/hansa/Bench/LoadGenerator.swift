import Foundation
import NIOCore
import NIOPosix

/// Makes the load of a plan and says what came of it.
enum LoadGenerator {
    /// - Parameters:
    ///   - prepared: How many requests to make, and sign, before the clock starts.
    ///   - processes: Processes whose use of the machine is measured beside.
    static func run(_ plan: LoadPlan, requests: LoadRequests, prepared: Int, processes: [Int32]) async throws
        -> LoadReport
    {
        let threads = min(plan.threads, plan.connections)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        defer { group.shutdownGracefully { _ in } }
        let sources = try (0..<threads).map { _ in
            var source = requests
            try source.prepare(prepared / threads)
            return source
        }
        let measurement = Measurement(processes: processes)
        // The counters are read when counting begins and when it ends, not when the first connection is made.
        let warmUp = Duration.nanoseconds(plan.warmUp.nanoseconds)
        let duration = Duration.nanoseconds(plan.duration.nanoseconds)
        async let usage = measurement.take(after: warmUp, during: duration)
        let tally = try await withThrowingTaskGroup(of: LoadTally.self) { tasks in
            for (index, source) in sources.enumerated() {
                let share = plan.connections / threads + (index < plan.connections % threads ? 1 : 0)
                let loop = group.next()
                tasks.addTask {
                    try await loop.flatSubmit {
                        LoadLoop(plan: plan, requests: source, eventLoop: loop)
                            .run(connections: share, rate: plan.rate.map { $0 / Double(threads) })
                    }.get()
                }
            }
            var total = LoadTally()
            for try await one in tasks { total.add(one) }
            return total
        }
        return LoadReport(plan: plan, tally: tally, usage: try await usage)
    }

    /// What processes used between two moments.
    struct Usage: Sendable {
        struct Server: Sendable {
            let process: Int32
            let seconds: Double
            let peakMemory: UInt64
        }
        let servers: [Server]
        /// The load generator's own processor time.
        let ownSeconds: Double
    }

    private struct Measurement: Sendable {
        let processes: [Int32]

        func take(after warmUp: Duration, during duration: Duration) async throws -> Usage {
            try await Task.sleep(for: warmUp)
            for process in processes { ProcessUsage.resetPeak(process) }
            let before = processes.map { ProcessUsage.of($0) }
            let ownBefore = ProcessUsage.of(getpid())
            try await Task.sleep(for: duration)
            let ownAfter = ProcessUsage.of(getpid())
            let servers = zip(processes, before).compactMap { process, before -> Usage.Server? in
                guard let before, let after = ProcessUsage.of(process) else { return nil }
                return Usage.Server(
                    process: process, seconds: after.seconds - before.seconds, peakMemory: after.peakMemory)
            }
            return Usage(servers: servers, ownSeconds: (ownAfter?.seconds ?? 0) - (ownBefore?.seconds ?? 0))
        }
    }
}

extension LoadPlan {
    /// Requests a second, where they leave at a rate.
    var rate: Double? {
        switch arrival {
        case .closed: nil
        case .open(let rate): rate
        }
    }
}
