import CityIdentity
import Foundation

/// What can be seen on this machine alone.
enum Examination {
    /// Whether something on this machine keeps its clock right.
    static func clock() -> Finding {
        let signs = [
            "/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid", "/run/openntpd.pid",
        ]
        if signs.contains(where: FileManager.default.fileExists) {
            return .good("clock", "kept right by an NTP client")
        }
        return .warning(
            "clock", "no NTP client is seen; signatures are refused when clocks differ by more than 5 s",
            advice: "run systemd-timesyncd or chrony, unless the host of this container does")
    }

    static func keys(in home: Home) -> [Finding] {
        let names = home.keyNames
        if names.isEmpty {
            return [
                .problem(
                    "keys", "there are none in \(home.keysDirectory)",
                    advice: "`hansa key generate tls exchange policy policy registry`")
            ]
        }
        var findings: [Finding] = []
        for name in names {
            do {
                _ = try KeyFile.read(home.keyPath(name))
            } catch let error as CommandError {
                findings.append(.problem("key \(name)", error.message, advice: error.advice ?? "replace the file"))
            } catch {
                findings.append(.problem("key \(name)", "\(error)", advice: "replace the file"))
            }
        }
        return findings.isEmpty ? [.good("keys", "\(names.count) key files, readable by their owner alone")] : findings
    }

    static func certificates(in home: Home, code: IdentificationCode?, at now: Timestamp = .now()) -> [Finding] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: home.certificatesDirectory)) ?? []
        return files.filter { $0.hasSuffix(".pem") }.sorted().map { file in
            certificate(file, in: home, code: file == "gateway.pem" ? nil : code, at: now)
        }
    }

    private static func certificate(
        _ file: String, in home: Home, code: IdentificationCode?, at now: Timestamp
    ) -> Finding {
        let subject = "certificate"
        let renew = "make a new key: `hansa key generate tls`, then `hansa key add tls-N`"
        do {
            let text = try InputFile.text(home.certificatesDirectory + "/" + file)
            guard let certificate = try CertificateFile.read(text).first else {
                return .problem(subject, "\(file) holds none", advice: "replace the file")
            }
            let keyPath = home.keyPath(String(file.dropLast(4)))
            if FileManager.default.fileExists(atPath: keyPath),
                let key = try? KeyFile.read(keyPath), key.publicKey.spki != certificate.spki
            {
                return .problem(subject, "\(file) is not of the key beside it", advice: renew)
            }
            if let code, !certificate.names(code) {
                return .problem(subject, "\(file) does not name \(code)", advice: renew)
            }
            guard certificate.isValid(at: now) else {
                return .problem(subject, "\(file) is not valid now (until \(certificate.notAfter))", advice: renew)
            }
            let days = certificate.notAfter.milliseconds(since: now) / 86_400_000
            if days < 30 { return .warning(subject, "\(file) expires in \(days) days", advice: renew) }
            return .good(subject, "\(file) is valid for \(days) more days")
        } catch {
            return .problem(subject, "\(file): \(error)", advice: "replace the file")
        }
    }

    /// Whether the ledger was once seen with two histories.
    static func histories(in home: Home) -> [Finding] {
        let conflict = KeptCheckpoint(home: home).conflictPath
        guard FileManager.default.fileExists(atPath: conflict) else { return [] }
        return [
            .problem(
                "ledger", "`\(conflict)` says another history than the checkpoint beside it",
                advice: "show both to the other members of the network, then move it away")
        ]
    }

    static func disk(_ path: String) -> Finding {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else {
            return .problem("disk", "`\(path)` cannot be read", advice: "check the path and its permissions")
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let text = "\(ByteCount(free)) free in \(path)"
        if free < 256 << 20 { return .problem("disk", text, advice: "free space: no receipt, no exchange") }
        if free < 2 << 30 { return .warning("disk", text, advice: "free space before receipts fill it") }
        return .good("disk", text)
    }

    /// Whether others can reach what is listened on.
    static func listeners(_ configuration: NodeConfiguration) -> [Finding] {
        let (exchange, open) = (configuration.exchange, configuration.open)
        var findings: [Finding] = []
        if exchange.isWildcard && configuration.settings["exchange.url"] == nil {
            findings.append(
                .problem(
                    "exchange", "listens on every address, and consumers are told `\(configuration.exchangeURL)`",
                    advice: "set exchange.url to what they reach it by"))
        }
        if open.isLoopback && !exchange.isLoopback {
            findings.append(
                .warning(
                    "public", "listens on \(open), which other machines reach only through a proxy",
                    advice: "set public.listen, public.certificate and public.key, if there is none"))
        }
        return findings
    }

    /// Whether a listener of a node that is not running could have its port.
    static func port(_ name: String, _ address: SocketName) -> Finding {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &found) == 0, let info = found else {
            return .problem(
                "port \(name)", "`\(address.host)` is no address of this machine", advice: "set \(name).listen")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(info.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else {
            return .problem("port \(name)", "no socket can be made", advice: "raise ulimit -n")
        }
        defer { close(descriptor) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 else {
            let reason = String(cString: strerror(errno))
            return .problem(
                "port \(name)", "\(address) cannot be listened on: \(reason)",
                advice: "stop what holds the port, or set \(name).listen")
        }
        return .good("port \(name)", "\(address) is free")
    }
}
