/// The settings one kind of file may hold; checks each source strictly before any value is read.
struct ConfigurationSchema: Sendable {
    let settings: [Setting]
    private let byKey: [String: Setting]

    init(_ settings: [Setting]) {
        self.settings = settings
        self.byKey = Dictionary(settings.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(key: String) -> Setting? { byKey[key] }

    /// Variables that Hansa reads without their being settings.
    static let reservedEnvironment: Set<String> = ["HANSA_HOME", "HANSA_CONFIG", "HANSA_CONFORMANCE"]

    /// Problems of environment variables; `known` are the names every schema of the program allows.
    func problems(environment: [String: String], known: [String]) -> [String] {
        let settings = Dictionary(settings.map { ($0.environmentName, $0) }, uniquingKeysWith: { first, _ in first })
        return environment.keys.sorted().filter { $0.hasPrefix("HANSA_") }.compactMap { name in
            if let setting = settings[name] {
                let value = environment[name] ?? ""
                return setting.kind.accepts(value)
                    ? nil : ConfigurationProblems.wrong(name, value: value, kind: setting.kind, place: "environment")
            }
            if Self.reservedEnvironment.contains(name) || known.contains(name) { return nil }
            return ConfigurationProblems.unknown(name, place: "environment", known: known)
        }
    }

    /// Problems of `--set key=value` and the flags that stand for one.
    func problems(flags: [String: String]) -> [String] {
        flags.keys.sorted().compactMap { key in
            guard let setting = byKey[key] else {
                return ConfigurationProblems.unknown(key, place: "command line", known: settings.map(\.key))
            }
            let value = flags[key] ?? ""
            return setting.kind.accepts(value)
                ? nil : ConfigurationProblems.wrong(key, value: value, kind: setting.kind, place: "command line")
        }
    }
}
