import Foundation

/// Where the demo puts its node and cities.
struct DemoDirectory: Sendable {
    let path: String
    private static let marker = ".hansa-demo"

    var manifest: String { path + "/demo.json" }
    var node: Home { Home(path + "/node") }

    func home(_ name: String) -> Home { Home(path + "/" + name) }
    func file(_ name: String) -> String { path + "/files/" + name }

    /// Makes a directory, or takes one that an earlier demo left; anything else that is not empty is refused.
    init(_ wanted: String?) throws {
        let files = FileManager.default
        path = Home(wanted ?? NSTemporaryDirectory() + "hansa-demo-\(UUID().uuidString.prefix(8))").directory
        let found = (try? files.contentsOfDirectory(atPath: path)) ?? []
        guard found.isEmpty || found.contains(Self.marker) else {
            throw CommandError(.usage, "`\(path)` is not empty", advice: "name a new directory with --directory")
        }
        do {
            for name in found { try files.removeItem(atPath: path + "/" + name) }
            try files.createDirectory(
                atPath: path + "/files", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data().write(to: URL(fileURLWithPath: path + "/" + Self.marker))
        } catch {
            throw CommandError(.failure, "cannot use `\(path)`", cause: error)
        }
    }

    func leave(keeping: Bool) {
        if !keeping { try? FileManager.default.removeItem(atPath: path) }
    }
}
