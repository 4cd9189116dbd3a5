import Foundation

/// What the operating system says of a failure.
enum SystemError {
    static func text(_ code: Int32) -> String {
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// The system's words for an error of Foundation, where there are any.
    static func text(of error: any Error) -> String {
        if let error = error as? POSIXError { return text(error.code.rawValue) }
        guard let error = error as? CocoaError else { return "\(error)" }
        if let underlying = error.underlying as? POSIXError { return text(underlying.code.rawValue) }
        return switch error.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: text(ENOENT)
        case .fileReadNoPermission, .fileWriteNoPermission: text(EACCES)
        case .fileWriteOutOfSpace: text(ENOSPC)
        case .fileWriteFileExists: text(EEXIST)
        default: error.localizedDescription
        }
    }
}
