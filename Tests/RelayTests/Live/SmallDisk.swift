import Foundation

/// A file system of a few MiB in memory (tmpfs), which can be filled up to its last block.
struct SmallDisk: Sendable {
    private let place: URL

    /// Whether this process may mount one: it was tried.
    static let canBeMade: Bool = {
        let place = FileManager.default.temporaryDirectory.appending(path: "hansa-mount-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        guard (try? Self.mount(at: place, mebibytes: 1)) != nil else { return false }
        return (try? Self.run("umount", place.path)) != nil
    }()

    /// Mounts one for as long as the body takes.
    static func with(at place: URL, mebibytes: Int, _ body: (SmallDisk) async throws -> Void) async throws {
        try Self.mount(at: place, mebibytes: mebibytes)
        do { try await body(SmallDisk(place: place)) } catch {
            try? Self.run("umount", "--lazy", place.path)
            throw error
        }
        try Self.run("umount", "--lazy", place.path)
    }

    /// Writes until there is no room for a single byte more.
    func fill() throws {
        let path = self.place.appending(path: "filler").path
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = fopen(path, "w") else {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { fclose(file) }
        setvbuf(file, nil, _IONBF, 0)
        for size in [65_536, 4096, 1] {
            let piece = [UInt8](repeating: 1, count: size)
            while fwrite(piece, 1, size, file) == size {}
        }
    }

    func makeRoom() throws { try FileManager.default.removeItem(at: self.place.appending(path: "filler")) }

    private static func mount(at place: URL, mebibytes: Int) throws {
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m,mode=0700", "tmpfs", place.path)
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
    }
}
