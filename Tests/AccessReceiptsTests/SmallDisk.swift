import Foundation
import Testing

/// A file system of a few MiB in memory, mounted in a namespace that only one process sees.
enum SmallDisk {
    /// Its directory, in a process that was started by ``run(_:kibibytes:)``.
    static let path = ProcessInfo.processInfo.environment["HANSA_SMALL_DISK"]

    /// Whether such a file system can be mounted here: it takes `unshare` and the right to mount.
    static let isPossible = (try? start("true", [], kibibytes: 64)) == 0

    /// Runs one test of this process's in a process of its own, with a small disk; returns its exit status.
    static func run(_ test: String, kibibytes: Int) throws -> Int32 {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try start(program, ["--testing-library", "swift-testing", "--filter", test], kibibytes: kibibytes)
    }

    /// Starts a program as root of a user namespace, where it is not root already.
    private static func start(_ program: String, _ arguments: [String], kibibytes: Int) throws -> Int32 {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hansa-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let script = "mount -t tmpfs -o size=\(kibibytes)k,mode=0700 hansa \"$HANSA_SMALL_DISK\" && exec \"$0\" \"$@\""
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments =
            ["--mount"] + (geteuid() == 0 ? [] : ["--map-root-user"]) + ["sh", "-c", script, program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["HANSA_SMALL_DISK": directory.path], uniquingKeysWith: { $1 })
        process.standardOutput = FileHandle.nullDevice
        process.standardError = program == "true" ? FileHandle.nullDevice : FileHandle.standardError
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Free bytes.
    static func room(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: path)
        return try #require(attributes[.systemFreeSize] as? NSNumber).intValue
    }

    /// Takes up all room but so many bytes with a file.
    static func fill(_ path: String, leaving bytes: Int) throws {
        try Data(count: max(0, room(path) - bytes)).write(to: ballast(path))
    }

    static func clear(_ path: String) throws { try FileManager.default.removeItem(at: ballast(path)) }

    private static func ballast(_ path: String) -> URL { URL(filePath: path).appending(path: "ballast") }
}
