import Foundation

/// The content of a download that is not whole yet.
///
/// Directories are shared: a symbolic or hard link that somebody else left under the name is refused, not written through.
enum PartFile {
    /// The size of what is there; `nil` where nothing is.
    static func size(_ path: String) throws -> UInt64? {
        // Speaks of a symbolic link itself, not of where it leads.
        let attributes: [FileAttributeKey: Any]
        do { attributes = try FileManager.default.attributesOfItem(atPath: path) } catch CocoaError.fileReadNoSuchFile {
            return nil
        } catch {
            throw CommandError(.failure, "cannot write `\(path)`: \(SystemError.text(of: error))")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw unusable(path, "it is no regular file")
        }
        guard (attributes[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid() else {
            throw unusable(path, "it belongs to somebody else")
        }
        guard (attributes[.referenceCount] as? NSNumber)?.intValue == 1 else {
            throw unusable(path, "it has another name too")
        }
        return (attributes[.size] as? NSNumber)?.uint64Value ?? 0
    }

    /// Opens or creates the file, cut off at an offset.
    static func open(_ path: String, at offset: UInt64) throws -> FileHandle {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            if errno == ELOOP { throw unusable(path, "it is a symbolic link") }
            throw CommandError(.failure, "cannot write `\(path)`: \(SystemError.text(errno))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // What was opened is looked at before anything of it is changed.
        _ = try size(path)
        try file.truncate(atOffset: offset)
        return file
    }

    private static func unusable(_ path: String, _ reason: String) -> CommandError {
        CommandError(
            .failure, "cannot write `\(path)`: \(reason)",
            advice: "remove it, or write to a directory that is yours alone")
    }
}

/// What a part is of: the target that was asked for, and the version that the provider named.
struct PartOrigin: Equatable {
    let target: String
    /// A strong entity tag (RFC 9110 section 8.8.3), quotes included.
    let tag: String

    init(target: String, tag: String) {
        self.target = target
        self.tag = tag
    }

    /// Reads what an earlier run left; `nil` where there is nothing that could be gone on with.
    init?(reading path: String) {
        guard let text = try? InputFile.text(path) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty, let tag = Self.strongTag([String(lines[1])]) else { return nil }
        self.init(target: String(lines[0]), tag: tag)
    }

    /// The one strong tag of a response; a weak one does not say that bytes are the same.
    static func strongTag(_ values: [String]) -> String? {
        guard values.count == 1, let tag = values.first, (2...1024).contains(tag.utf8.count), tag.hasPrefix("\""),
            tag.hasSuffix("\""),
            tag.utf8.dropFirst().dropLast().allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 })
        else { return nil }
        return tag
    }

    func write(to path: String) throws { try OutputFile.write("\(target)\n\(tag)\n".utf8, to: path) }

    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw CommandError(.failure, "cannot remove `\(path)`: \(SystemError.text(errno))")
        }
    }
}
