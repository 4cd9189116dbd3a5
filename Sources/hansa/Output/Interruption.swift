import Foundation

/// Says something before Ctrl-C ends the program, with the exit code that shells expect.
struct Interruption {
    private let source: any DispatchSourceSignal

    init(_ words: @escaping @Sendable () -> String?) {
        // The signal's own action comes first unless it is turned off.
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            if let text = words() { Terminal.error.write("\n\(text)\n") }
            _exit(128 + SIGINT)
        }
        source.resume()
    }

    func cancel() {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }
}
