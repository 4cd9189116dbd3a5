#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The numbers of IP addresses, as certificates hold them (RFC 5280 section 4.2.1.6).
enum IPAddress {
    /// The 4 or 16 bytes an address stands for; `nil` where the text is none.
    static func octets(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        if inet_pton(AF_INET6, text, &sixteen) == 1 { return withUnsafeBytes(of: &sixteen) { Array($0) } }
        return nil
    }
}
