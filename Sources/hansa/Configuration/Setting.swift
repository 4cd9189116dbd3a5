/// One thing that can be configured: its key, what a value must look like, what holds without one, and what it is for.
struct Setting: Sendable {
    /// Dotted key, as in the file's nesting: `exchange.listen`.
    let key: String
    let kind: SettingKind
    let standard: String?
    let summary: String

    init(_ key: String, _ kind: SettingKind, standard: String? = nil, _ summary: String) {
        self.key = key
        self.kind = kind
        self.standard = standard
        self.summary = summary
    }

    /// The environment variable that sets the same: `HANSA_EXCHANGE_LISTEN`.
    var environmentName: String {
        "HANSA_" + key.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }
}

/// What the value of a setting must look like.
enum SettingKind: Sendable {
    case text
    case path
    case flag
    case integer(ClosedRange<Int>)
    /// A whole number of `ms`, `s`, `min` or `h`.
    case duration(ClosedRange<Duration>)
    /// A whole number of bytes, or of `KiB`, `MiB`, `GiB`.
    case size(ClosedRange<UInt64>)
    case address
    case url([String])
    case choice([String])
    case list

    /// What was expected, in words.
    var expectation: String {
        switch self {
        case .text: "text"
        case .path: "a path"
        case .flag: "`true` or `false`"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .duration(let range):
            "a duration such as `30s` or `500ms`, from \(range.lowerBound.setting) to \(range.upperBound.setting)"
        case .size(let range):
            "a size such as `64KiB` or `1GiB`, from \(ByteCount(range.lowerBound)) to \(ByteCount(range.upperBound))"
        case .address: "an address and port such as `127.0.0.1:8443` or `[::1]:8443`"
        case .url(let schemes): "a URL beginning with " + schemes.map { "`\($0)://`" }.joined(separator: " or ")
        case .choice(let choices): "one of " + choices.map { "`\($0)`" }.joined(separator: ", ")
        case .list: "a list of texts"
        }
    }

    func accepts(_ text: String) -> Bool {
        switch self {
        case .text, .path: !text.isEmpty && !text.contains("\0")
        case .list: true
        case .flag: text == "true" || text == "false"
        case .integer(let range): Int(text).map(range.contains) ?? false
        case .duration(let range): Duration(setting: text).map(range.contains) ?? false
        case .size(let range): UInt64(sizeSetting: text).map(range.contains) ?? false
        case .address: SocketName(text) != nil
        case .url(let schemes): schemes.contains { text.hasPrefix($0 + "://") && text.utf8.count > $0.utf8.count + 3 }
        case .choice(let choices): choices.contains(text)
        }
    }
}

/// An IP address or host name with a port.
struct SocketName: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = String(text[..<colon])
        let digits = text[text.index(after: colon)...]
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x2F && $0 < 0x7F }) else { return nil }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits), port <= 65_535 else {
            return nil
        }
        self.init(host: host, port: port)
    }

    /// The host is an address and not a name.
    var isAddress: Bool { host.contains(":") || host.split(separator: ".").allSatisfy { UInt8($0) != nil } }

    /// Every address of the machine.
    var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

    /// Where this machine reaches it.
    var reached: SocketName { isWildcard ? SocketName(host: host == "::" ? "::1" : "127.0.0.1", port: port) : self }

    /// Reached from this machine alone.
    var isLoopback: Bool { host == "localhost" || host == "::1" || (isAddress && host.hasPrefix("127.")) }

    var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension Duration {
    /// Reads `500ms`, `30s`, `5min` or `2h`.
    init?(setting text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let count = Int64(digits), count <= 1_000_000_000 else { return nil }
        switch text[digits.endIndex...] {
        case "ms": self = .milliseconds(count)
        case "s": self = .seconds(count)
        case "min": self = .seconds(count * 60)
        case "h": self = .seconds(count * 3600)
        default: return nil
        }
    }

    /// The shortest form that reads back as the same duration.
    var setting: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        if milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        if seconds > 0 && seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds > 0 && seconds % 60 == 0 { return "\(seconds / 60)min" }
        return "\(seconds)s"
    }
}

extension UInt64 {
    /// Reads `512`, `64KiB`, `16MiB` or `1GiB`.
    init?(sizeSetting text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let count = UInt64(digits) else { return nil }
        let shift: UInt64
        switch text[digits.endIndex...] {
        case "", "B": shift = 0
        case "KiB": shift = 10
        case "MiB": shift = 20
        case "GiB": shift = 30
        case "TiB": shift = 40
        default: return nil
        }
        let (value, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
        guard !overflow else { return nil }
        self = value
    }
}
