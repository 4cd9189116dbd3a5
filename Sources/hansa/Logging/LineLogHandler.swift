import CityIdentity
import Logging
import StrictJSON

/// Writes each event as one line in one write, so that lines of many threads never mix.
struct LineLogHandler: LogHandler {
    let label: String
    let isText: Bool
    let terminal: Terminal
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, level: Logger.Level, isText: Bool, terminal: Terminal) {
        self.label = label
        self.logLevel = level
        self.isText = isText
        self.terminal = terminal
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        let time = Timestamp.now().description
        let line =
            isText
            ? text(time: time, level: event.level, message: "\(event.message)", metadata: all)
            : json(time: time, level: event.level, message: "\(event.message)", metadata: all)
        terminal.write(line + "\n")
    }

    func text(time: String, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        let style: Terminal.Style =
            switch level {
            case .critical, .error: .red
            case .warning: .yellow
            case .notice, .info: .green
            case .debug, .trace: .dim
            }
        let name = level.rawValue.padding(to: 8)
        let fields = metadata.sorted { $0.key < $1.key }.map {
            " \(terminal.paint($0.key, .dim))=\("\($0.value)".quotedIfNeeded)"
        }
        return "\(time) \(terminal.paint(name, style)) \(message.printable)\(fields.joined())"
    }

    func json(time: String, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        var members: [(String, JSONValue)] = [
            ("time", .string(time)), ("level", .string(level.rawValue)), ("logger", .string(label)),
            ("message", .string(message)),
        ]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where !members.contains(where: { $0.0 == key }) {
            members.append((key, Self.json(value)))
        }
        return String(decoding: JSONValue.object(JSONObject(members)).bytes, as: UTF8.self)
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value):
            if let number = value as? any BinaryInteger {
                JSONValue(Int(clamping: number))
            } else {
                .string("\(value)")
            }
        case .array(let values): .array(values.map(json))
        case .dictionary(let values):
            .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) }))
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }

    fileprivate var quotedIfNeeded: String {
        let clean = printable
        return clean.contains(" ") || clean.isEmpty || clean.contains("\"")
            ? "\"" + clean.replacing("\"", with: "\\\"") + "\"" : clean
    }
}
