import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import Relay

/// Why a connection failed, in words for whoever typed the command.
enum ConnectionFailure {
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return words(first.error) }
            return "the name `\(error.host)` does not resolve"
        case let error as RelayError:
            return error.cause.map { "\(error.message): \(words($0))" } ?? error.message
        case let error as IOError: return SystemError.text(error.errnoCode)
        case is NIOSSLError, is BoringSSLError: return tls(error)
        case ChannelError.connectTimeout: return "it took too long to connect"
        case is ChannelError: return "the connection was closed"
        case let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded:
            return "it took too long"
        case let error as HTTPClientError: return error.shortDescription
        default: return "\(error)"
        }
    }

    /// BoringSSL's own reason, without where in its sources it stands.
    private static func tls(_ error: any Error) -> String {
        let parts = "\(error)".split(separator: ":").map(String.init)
        guard let index = parts.firstIndex(where: { $0.hasSuffix("OPENSSL_internal") }), index + 1 < parts.count else {
            return "TLS failed"
        }
        let reason = parts[index + 1].prefix { $0.isLetter || $0 == "_" || $0.isNumber }
        return "TLS failed (\(reason.replacing("_", with: " ").lowercased()))"
    }
}
