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
        let time = Timestamp.now().description
        // Most lines have nothing but their own.
        if !isText, metadata.isEmpty, metadataProvider == nil {
            let line = json(
                time: time, level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:])
            return terminal.write(line)
        }
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        guard isText else {
            let line = json(time: time, level: event.level, message: "\(event.message)", metadata: all)
            return terminal.write(line)
        }
        terminal.write(text(time: time, level: event.level, message: "\(event.message)", metadata: all) + "\n")
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

    /// One line with its end.
    ///
    /// Written by hand: a gateway says something of each exchange.
    func json(time: String, level: Logger.Level, message: String, metadata: Logger.Metadata) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(512)
        for (name, value) in [("time", time), ("level", level.rawValue), ("logger", label), ("message", message)] {
            line.append(UInt8(ascii: line.isEmpty ? "{" : ","))
            Self.write(name, .string(value), into: &line)
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where !Self.ownNames.contains(key) {
            line.append(UInt8(ascii: ","))
            Self.write(key, value, into: &line)
        }
        line.append(UInt8(ascii: "}"))
        line.append(0x0A)
        return line
    }

    private static let ownNames: Set<String> = ["time", "level", "logger", "message"]

    private static func write(_ name: String, _ value: Logger.Metadata.Value, into line: inout [UInt8]) {
        JSONValue.writeString(name, into: &line)
        line.append(UInt8(ascii: ":"))
        write(value, into: &line)
    }

    private static func write(_ value: Logger.Metadata.Value, into line: inout [UInt8]) {
        switch value {
        case .string(let text): JSONValue.writeString(text, into: &line)
        case .stringConvertible(let value):
            let text = "\(value)"
            if value is any BinaryInteger {
                line.append(contentsOf: text.utf8)
            } else {
                JSONValue.writeString(text, into: &line)
            }
        case .array(let values):
            line.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                write(value, into: &line)
            }
            line.append(UInt8(ascii: "]"))
        case .dictionary(let values):
            line.append(UInt8(ascii: "{"))
            for (index, member) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                write(member.key, member.value, into: &line)
            }
            line.append(UInt8(ascii: "}"))
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
