import Foundation
import GRDBSQLite
import Synchronization

/// A layer between SQLite and the disk that writes down what goes through, and can make one step of it fail.
///
/// Registered as the process's default; files outside the directories that a test follows pass untouched.
enum TracingVFS {
    /// What went to the disk, in order.
    enum Event: Sendable {
        case write(file: String, offset: Int, bytes: [UInt8])
        case truncate(file: String, size: Int)
        case sync(file: String)
        case delete(file: String)
        /// Something that the test itself noted between the steps.
        case note(Int)

        var isStep: Bool { if case .note = self { false } else { true } }
    }

    /// What SQLite is told when the disk is full, and when it could not be written.
    static let full = SQLITE_FULL
    static let unwritable = SQLITE_IOERR | (3 << 8)

    /// A step that fails, counted from 1; with what code, and whether it is done nevertheless.
    struct Fault: Sendable {
        let step: Int
        let code: Int32
        let isDone: Bool
    }

    private struct Trace {
        var events: [Event] = []
        var steps = 0
        var fault: Fault?
    }

    private static let traces = Mutex<[String: Trace]>([:])
    private static let isRegistered: Bool = register()

    /// Follows a directory, with a fault if one is asked for, until ``end(_:)``.
    static func follow(_ directory: String, fault: Fault? = nil) {
        precondition(isRegistered, "the layer is registered")
        traces.withLock { $0[directory] = Trace(fault: fault) }
    }

    static func note(_ number: Int, _ directory: String) {
        traces.withLock { $0[directory]?.events.append(.note(number)) }
    }

    static func end(_ directory: String) -> [Event] {
        traces.withLock { $0.removeValue(forKey: directory)?.events ?? [] }
    }

    /// Writes an event down and does it, unless it is the one to fail.
    private static func step(_ path: String, _ event: (String) -> Event, _ perform: () -> Int32) -> Int32 {
        let fault: Fault? = traces.withLock { traces in
            guard let directory = traces.keys.first(where: { path.hasPrefix($0 + "/") }) else { return nil }
            traces[directory]?.steps += 1
            let fault = traces[directory]?.fault
            let isDue = fault?.step == traces[directory]?.steps
            if !isDue || fault?.isDone == true {
                traces[directory]?.events.append(event(String(path.dropFirst(directory.count + 1))))
            }
            return isDue ? fault : nil
        }
        guard let fault else { return perform() }
        if fault.isDone { _ = perform() }
        return fault.code
    }
}

// MARK: - SQLite's interface

/// An open file: SQLite's header, then the real file, which has the rest of the memory that SQLite allocates for both.
private typealias File = UnsafeMutablePointer<sqlite3_file>

/// SQLite's own layer.
///
/// SQLite keeps it as long as the process lives, and nothing changes it after it was registered, so that threads may
/// share the address.
nonisolated(unsafe) private let realVFS = sqlite3_vfs_find(nil)
private let paths = Mutex<[UInt: String]>([:])

private func real(_ file: File?) -> File? {
    file.map { UnsafeMutableRawPointer($0).advanced(by: MemoryLayout<sqlite3_file>.stride) }?
        .assumingMemoryBound(to: sqlite3_file.self)
}

private func path(_ file: File?) -> String {
    paths.withLock { $0[UInt(bitPattern: file)] ?? "" }
}

extension TracingVFS {
    private static func register() -> Bool {
        guard let below = realVFS else { return false }
        // Both structures live as long as the process, as SQLite asks.
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: makeMethods())
        sharedMethods.withLock { $0 = UInt(bitPattern: methods) }
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: below.pointee)
        vfs.pointee.zName = UnsafePointer(strdup("hansa-tracing"))
        vfs.pointee.pNext = nil
        vfs.pointee.szOsFile = below.pointee.szOsFile + Int32(MemoryLayout<sqlite3_file>.stride)
        vfs.pointee.xOpen = { _, name, file, flags, outFlags in
            let code = realVFS!.pointee.xOpen(realVFS, name, real(file), flags, outFlags)
            let methods = TracingVFS.sharedMethods.withLock { UnsafePointer<sqlite3_io_methods>(bitPattern: $0) }
            file?.pointee.pMethods = real(file)?.pointee.pMethods == nil ? nil : methods
            if let name { paths.withLock { $0[UInt(bitPattern: file)] = String(cString: name) } }
            return code
        }
        vfs.pointee.xDelete = { _, name, sync in
            guard let name else { return SQLITE_IOERR }
            return TracingVFS.step(String(cString: name), { .delete(file: $0) }) {
                realVFS!.pointee.xDelete(realVFS, name, sync)
            }
        }
        return sqlite3_vfs_register(vfs, 1) == SQLITE_OK
    }

    private static let sharedMethods = Mutex<UInt>(0)

    private static func makeMethods() -> sqlite3_io_methods {
        var methods = sqlite3_io_methods()
        methods.iVersion = 2
        methods.xClose = { file in
            paths.withLock { $0[UInt(bitPattern: file)] = nil }
            return real(file)!.pointee.pMethods.pointee.xClose(real(file))
        }
        methods.xWrite = { file, buffer, count, offset in
            let bytes = UnsafeRawBufferPointer(start: buffer, count: Int(count))
            return TracingVFS.step(
                path(file), { .write(file: $0, offset: Int(offset), bytes: Array(bytes)) }
            ) { real(file)!.pointee.pMethods.pointee.xWrite(real(file), buffer, count, offset) }
        }
        methods.xTruncate = { file, size in
            TracingVFS.step(path(file), { .truncate(file: $0, size: Int(size)) }) {
                real(file)!.pointee.pMethods.pointee.xTruncate(real(file), size)
            }
        }
        methods.xSync = { file, flags in
            TracingVFS.step(path(file), { .sync(file: $0) }) {
                real(file)!.pointee.pMethods.pointee.xSync(real(file), flags)
            }
        }
        addPassages(&methods)
        return methods
    }

    /// What is only handed on.
    private static func addPassages(_ methods: inout sqlite3_io_methods) {
        methods.xRead = { real($0)!.pointee.pMethods.pointee.xRead(real($0), $1, $2, $3) }
        methods.xFileSize = { real($0)!.pointee.pMethods.pointee.xFileSize(real($0), $1) }
        methods.xLock = { real($0)!.pointee.pMethods.pointee.xLock(real($0), $1) }
        methods.xUnlock = { real($0)!.pointee.pMethods.pointee.xUnlock(real($0), $1) }
        methods.xCheckReservedLock = { real($0)!.pointee.pMethods.pointee.xCheckReservedLock(real($0), $1) }
        methods.xFileControl = { real($0)!.pointee.pMethods.pointee.xFileControl(real($0), $1, $2) }
        methods.xSectorSize = { real($0)!.pointee.pMethods.pointee.xSectorSize(real($0)) }
        methods.xDeviceCharacteristics = { real($0)!.pointee.pMethods.pointee.xDeviceCharacteristics(real($0)) }
        methods.xShmMap = { real($0)!.pointee.pMethods.pointee.xShmMap(real($0), $1, $2, $3, $4) }
        methods.xShmLock = { real($0)!.pointee.pMethods.pointee.xShmLock(real($0), $1, $2, $3) }
        methods.xShmBarrier = { real($0)!.pointee.pMethods.pointee.xShmBarrier(real($0)) }
        methods.xShmUnmap = { real($0)!.pointee.pMethods.pointee.xShmUnmap(real($0), $1) }
    }
}
