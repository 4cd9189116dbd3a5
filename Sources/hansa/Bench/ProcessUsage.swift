import Foundation

/// What a process and its descendants have used, as `/proc` tells.
struct ProcessUsage: Sendable {
    /// Seconds of processor time, in user and kernel mode.
    let seconds: Double
    /// The most that was resident at once, in bytes; of descendants the sum.
    let peakMemory: UInt64

    /// - Returns: `nil` where the process is not there, or the system has no `/proc`.
    static func of(_ process: Int32) -> ProcessUsage? {
        guard let own = ticks(of: process) else { return nil }
        var total = own.used
        var peak = peakMemory(of: process)
        for child in descendants(of: process) {
            total += ticks(of: child)?.used ?? 0
            peak += peakMemory(of: child)
        }
        return ProcessUsage(seconds: Double(total) / Double(sysconf(Int32(_SC_CLK_TCK))), peakMemory: peak)
    }

    /// Starts the count of the peak anew, where the system lets us (proc(5), `clear_refs`).
    static func resetPeak(_ process: Int32) {
        for one in [process] + descendants(of: process) {
            try? "5".write(toFile: "/proc/\(one)/clear_refs", atomically: false, encoding: .ascii)
        }
    }

    private static func descendants(of process: Int32) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var parents: [Int32: [Int32]] = [:]
        for child in entries.compactMap({ Int32($0) }) {
            if let parent = ticks(of: child)?.parent { parents[parent, default: []].append(child) }
        }
        var found: [Int32] = []
        var open = parents[process] ?? []
        while let next = open.popLast() {
            found.append(next)
            open += parents[next] ?? []
        }
        return found
    }

    /// Fields 4, 14 and 15 of `/proc/PID/stat`; the name before them may hold anything, so it ends at the last `)`.
    private static func ticks(of process: Int32) -> (parent: Int32, used: UInt64)? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = line.lastIndex(of: ")")
        else { return nil }
        let fields = line[end...].split(separator: " ").dropFirst()
        let values = Array(fields)
        guard values.count > 12, let parent = Int32(values[1]), let user = UInt64(values[11]),
            let system = UInt64(values[12])
        else { return nil }
        return (parent, user + system)
    }

    private static func peakMemory(of process: Int32) -> UInt64 {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(separator: " ").compactMap({ UInt64($0) }).first
        else { return 0 }
        return kibibytes << 10
    }
}

/// Processor time of the calling thread.
enum ThreadClock {
    static var nanoseconds: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    fileprivate static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Time as it passes; read without a call of the kernel, in some tens of nanoseconds.
enum WallClock {
    static var nanoseconds: UInt64 { ThreadClock.read(CLOCK_MONOTONIC) }
}

/// Processor time of all threads of this process.
enum ProcessClock {
    static var nanoseconds: UInt64 { ThreadClock.read(CLOCK_PROCESS_CPUTIME_ID) }
}
