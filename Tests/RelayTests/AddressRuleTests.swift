import NIOCore
import Relay
import Testing

@Suite struct AddressRuleTests {
    @Test(arguments: [
        "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111",
        "2a00:1450:4001:81b::200e", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1",
    ])
    func allowsWhatIsGlobal(_ text: String) throws {
        let address = try SocketAddress(ipAddress: text, port: 443)
        #expect(AddressRule(allowsPrivate: false).allows(address))
    }

    @Test(arguments: [
        "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b:1::1",
    ])
    func allowsWhatIsLocalOnlyIfConfigured(_ text: String) throws {
        let address = try SocketAddress(ipAddress: text, port: 443)
        #expect(!AddressRule(allowsPrivate: false).allows(address))
        #expect(AddressRule(allowsPrivate: true).allows(address))
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.51.100.1",
        "203.0.113.1", "198.18.0.1", "::", "ff02::1", "2001:db8::1", "2001::1", "::127.0.0.1", "100::1", "3fff::1",
        "::ffff:0.0.0.0", "4000::1",
    ])
    func neverAllowsWhatIsNoSystemsAddress(_ text: String) throws {
        let address = try SocketAddress(ipAddress: text, port: 443)
        #expect(!AddressRule(allowsPrivate: false).allows(address))
        #expect(!AddressRule(allowsPrivate: true).allows(address))
    }

    @Test(arguments: [0, 3, 5, 15, 17])
    func refusesBytesThatAreNoAddress(_ count: Int) {
        #expect(AddressRule.scope(ofIPv4: Array(repeating: 8, count: count)) == .unusable)
        #expect(AddressRule.scope(ofIPv6: Array(repeating: 0x20, count: count)) == .unusable)
    }
}

@Suite struct UpstreamOriginTests {
    @Test(arguments: [
        ("https://data.example/", true, "data.example", 443, "/", "data.example"),
        ("https://Data.Example:8443/v1/", true, "data.example", 8443, "/v1/", "data.example:8443"),
        ("http://127.0.0.1:8080/", false, "127.0.0.1", 8080, "/", "127.0.0.1:8080"),
        ("https://[2001:DB8::1]/x", true, "2001:db8::1", 443, "/x/", "[2001:db8::1]"),
        ("https://[::1]:9443/", true, "::1", 9443, "/", "[::1]:9443"),
        ("http://data.example", false, "data.example", 80, "/", "data.example"),
    ])
    func parses(
        _ text: String, isSecure: Bool, host: String, port: Int, basePath: String, authority: String
    ) throws {
        let origin = try UpstreamOrigin(text)
        #expect(origin.isSecure == isSecure)
        #expect(origin.host == host)
        #expect(origin.port == port)
        #expect(origin.basePath == basePath)
        #expect(origin.authority == authority)
    }

    @Test(arguments: [
        "", "data.example", "ftp://data.example/", "file:///etc/passwd", "https://", "https:///x", "https://user@host/",
        "https://user:secret@host/", "https://host:0/", "https://host:65536/", "https://host:/", "https://host:x/",
        "https://host/?q", "https://host/#f", "https://host/../", "https://host/a%2fb/", "https://[::1/", "https://[]/",
        "https://[::1]x/", "https://ho st/", "https://host\u{0}/", "https://host\r\n/", "https://hóst/",
    ])
    func refuses(_ text: String) {
        #expect(throws: RelayError.self) { try UpstreamOrigin(text) }
    }
}
