import Foundation
import NIOCore

extension SocketAddress {
    /// Who an address belongs to, as far as limits go: the address, or of an IPv6 one the first 64 bits, all of which
    /// one subscriber has.
    var subscriber: String {
        guard let text = ipAddress else { return "local" }
        var bytes = [UInt8](repeating: 0, count: 16)
        let isMapped = text.hasPrefix("::ffff:")
        guard !isMapped, inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}
