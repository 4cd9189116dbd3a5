import Foundation

/// The files of a directory as steps went to the disk: what is certainly there, and what is only on its way.
struct CrashedDisk {
    /// One state in which a crash may leave the directory.
    struct State {
        let name: String
        let files: [String: [UInt8]]

        func write(to directory: String) throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for (name, bytes) in files {
                try Data(bytes).write(to: URL(filePath: directory).appending(path: name))
            }
        }
    }

    private struct File {
        var synced: [UInt8] = []
        var pending: [TracingVFS.Event] = []

        func content(_ chosen: (Int) -> Bool) -> [UInt8] {
            pending.enumerated().reduce(into: synced) {
                if chosen($1.offset) { CrashedDisk.apply($1.element, to: &$0) }
            }
        }
    }

    private var files: [String: File] = [:]

    mutating func apply(_ event: TracingVFS.Event) {
        switch event {
        case .write(let name, _, _), .truncate(let name, _): files[name, default: File()].pending.append(event)
        case .sync(let name):
            let content = files[name]?.content { _ in true }
            files[name] = File(synced: content ?? [])
        case .delete(let name): files[name] = nil
        case .note: break
        }
    }

    /// The states in which a crash may leave the files just before a step, or half-way through it.
    func states(before event: TracingVFS.Event, using generator: inout some RandomNumberGenerator) -> [State] {
        var states = [
            State(name: "killed", files: files.mapValues { $0.content { _ in true } }),
            State(name: "power cut, nothing but what was synced", files: files.mapValues(\.synced)),
        ]
        let random = files.mapValues { file in
            let chosen = file.pending.map { _ in Bool.random(using: &generator) }
            return file.content { chosen[$0] }
        }
        states.append(State(name: "power cut, some of what was not synced", files: random))
        if case .write(let name, let offset, let bytes) = event {
            var torn = self
            torn.apply(.write(file: name, offset: offset, bytes: Array(bytes.prefix(bytes.count / 2))))
            states.append(State(name: "torn", files: torn.files.mapValues { $0.content { _ in true } }))
        }
        return states
    }

    private static func apply(_ event: TracingVFS.Event, to content: inout [UInt8]) {
        switch event {
        case .write(_, let offset, let bytes):
            if content.count < offset + bytes.count {
                content += [UInt8](repeating: 0, count: offset + bytes.count - content.count)
            }
            content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        case .truncate(_, let size): content = Array(content.prefix(size))
        case .sync, .delete, .note: break
        }
    }
}
