import Foundation

/// One of the standard streams, and whether a person is looking at it.
struct Terminal: Sendable {
    let descriptor: Int32
    /// Someone reads this on a screen, so progress and half blocks make sense.
    let isInteractive: Bool
    /// Colours are wanted: an interactive terminal, no `NO_COLOR`, and `TERM` is not `dumb`.
    let hasColours: Bool

    static let output = Terminal(descriptor: STDOUT_FILENO, environment: ProcessInfo.processInfo.environment)
    static let error = Terminal(descriptor: STDERR_FILENO, environment: ProcessInfo.processInfo.environment)

    init(descriptor: Int32, environment: [String: String]) {
        self.init(descriptor: descriptor, isInteractive: isatty(descriptor) == 1, environment: environment)
    }

    init(descriptor: Int32, isInteractive: Bool, environment: [String: String]) {
        self.descriptor = descriptor
        self.isInteractive = isInteractive
        let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        self.hasColours = isInteractive && !refused && environment["TERM"] != "dumb"
    }

    /// How many columns the terminal has; 80 where it does not say.
    var columns: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes everything, or gives up quietly when the reader has gone away (`hansa … | head`).
    func write(_ text: String) {
        write(Array(text.utf8))
    }

    func write(_ bytes: [UInt8]) {
        var offset = 0
        bytes.withUnsafeBytes { buffer in
            while offset < buffer.count {
                let count = Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return }
                offset += count
            }
        }
    }

    /// Begins a new line where someone looks and the last byte written did not end one.
    func endLine(after last: UInt8?) {
        if isInteractive, let last, last != 0x0A { write("\n") }
    }

    func paint(_ text: String, _ style: Style) -> String {
        hasColours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    enum Style: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }
}
