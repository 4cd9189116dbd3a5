import Yams

extension ConfigurationSchema {
    /// Problems of a YAML file, each with the line it stands on.
    func problems(yaml text: String, file: String) -> [String] {
        guard text.utf8.count <= 1 << 20 else { return ["\(file): larger than 1 MiB, which no configuration is"] }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            return ["\(file): not readable as YAML: \(YAMLProblem.words(error))"]
        }
        guard let root, root != Node("") else { return [] }
        guard case .mapping(let mapping) = root else { return ["\(file): expected `key: value` lines at the top"] }
        var found: [String] = []
        check(mapping, under: "", file: file, depth: 0, into: &found)
        return found
    }

    /// Whether there is anything in a text that was found to be without problems.
    static func isMapping(yaml text: String) -> Bool {
        ((try? Yams.compose(yaml: text)) ?? nil)?.mapping != nil
    }

    private func check(
        _ mapping: Node.Mapping, under prefix: String, file: String, depth: Int, into found: inout [String]
    ) {
        for (keyNode, value) in mapping {
            let place = keyNode.mark.map { "\(file):\($0.line)" } ?? file
            guard let name = keyNode.scalar?.string, !name.isEmpty else {
                found.append("\(place): a key must be a name")
                continue
            }
            let key = prefix + name
            if let setting = self[key] {
                check(value, of: setting, place: place, into: &found)
            } else if settings.contains(where: { $0.key.hasPrefix(key + ".") }) {
                if case .mapping(let inner) = value, depth < 8 {
                    check(inner, under: key + ".", file: file, depth: depth + 1, into: &found)
                } else if value.scalar?.string != "" {
                    found.append("\(place): `\(key)` expected further keys below it")
                }
            } else {
                found.append(ConfigurationProblems.unknown(key, place: place, known: sectionsAndKeys))
            }
        }
    }

    private func check(_ value: Node, of setting: Setting, place: String, into found: inout [String]) {
        if case .list = setting.kind {
            guard let items = value.sequence, items.allSatisfy({ $0.scalar != nil }) else {
                let written = value.scalar?.string ?? "a mapping"
                found.append(
                    ConfigurationProblems.wrong(setting.key, value: written, kind: setting.kind, place: place))
                return
            }
        } else if let written = value.scalar?.string {
            if !setting.kind.accepts(written) {
                found.append(
                    ConfigurationProblems.wrong(setting.key, value: written, kind: setting.kind, place: place))
            }
        } else {
            found.append("\(place): `\(setting.key)` holds several values, expected \(setting.kind.expectation)")
        }
    }

    private var sectionsAndKeys: [String] {
        var names = settings.map(\.key)
        for setting in settings {
            var parts = setting.key.split(separator: ".")
            while parts.count > 1 {
                parts.removeLast()
                names.append(parts.joined(separator: "."))
            }
        }
        return Array(Set(names)).sorted()
    }
}
