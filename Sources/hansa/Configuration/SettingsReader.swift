import Configuration
import Foundation

/// Settings of one schema, read through swift-configuration: flags before environment before file before the standard.
struct SettingsReader: Sendable {
    let schema: ConfigurationSchema
    private let reader: ConfigReader
    /// The file the settings came from, against whose directory relative paths are resolved.
    let file: String?

    /// Checks every source strictly and reports all that is wrong at once.
    ///
    /// - Throws: `CommandError` with the status `configuration`, naming each key, its source and what was expected.
    init(
        schema: ConfigurationSchema, file: String?, environment: [String: String], flags: [String: String],
        knownEnvironment: [String]
    ) async throws {
        var problems: [String] = []
        var providers: [any ConfigProvider] = []
        problems += schema.problems(flags: flags)
        providers.append(
            InMemoryProvider(
                name: "command line",
                values: Dictionary(
                    uniqueKeysWithValues: flags.map {
                        (AbsoluteConfigKey(Self.components($0.key)), schema.flagValue($0.key, $0.value))
                    })))
        problems += schema.problems(environment: environment, known: knownEnvironment)
        providers.append(EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "hansa"))
        if let file {
            let (text, fault) = Self.text(of: file)
            problems += fault.map { [$0] } ?? schema.problems(yaml: text, file: file)
            if problems.isEmpty && ConfigurationSchema.isMapping(yaml: text) {
                do {
                    let place = InMemoryProvider(values: ["filePath": .init(.string(file), isSecret: false)])
                    providers.append(
                        try await FileProvider<YAMLSnapshot>(config: ConfigReader(provider: place)))
                } catch {
                    problems.append("\(file): \(error)")
                }
            }
        }
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems).commandError }
        self.schema = schema
        self.reader = ConfigReader(providers: providers)
        self.file = file
    }

    /// The value as it was written, or the setting's standard.
    subscript(key: String) -> String? {
        reader.string(forKey: ConfigKey(Self.components(key))) ?? schema[key]?.standard
    }

    /// The values of a list, or none.
    func list(_ key: String) -> [String] {
        reader.stringArray(forKey: ConfigKey(Self.components(key))) ?? []
    }

    /// The value of a setting that is written as a path, resolved against the file's directory.
    func path(_ key: String) -> String? {
        guard let written = self[key] else { return nil }
        guard !written.hasPrefix("/"), let file else { return written }
        return URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(written).path
    }

    static func components(_ key: String) -> [String] {
        key.split(separator: ".").map(String.init)
    }

    /// The file's text, or why there is none.
    private static func text(of file: String) -> (text: String, fault: String?) {
        do { return (try InputFile.text(file), nil) } catch { return ("", "\(error)") }
    }
}

extension ConfigurationSchema {
    /// What the command line says of a setting; a list's elements are separated by commas, as in a variable.
    fileprivate func flagValue(_ key: String, _ text: String) -> ConfigValue {
        guard case .list = self[key]?.kind else { return ConfigValue(.string(text), isSecret: false) }
        return ConfigValue(.stringArray(text.split(separator: ",").map(String.init)), isSecret: false)
    }
}
