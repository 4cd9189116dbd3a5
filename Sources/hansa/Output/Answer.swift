import ArgumentParser
import StrictJSON

/// `--json`, the same on every command that scripts read.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON value on standard output instead of text.")
    var json = false

    /// Prints the JSON value where it was asked for, the text otherwise.
    func print(json value: @autoclosure () -> JSONValue, text: @autoclosure () -> String) {
        if json {
            Terminal.output.write(value().bytes + [0x0A])
        } else {
            let text = text()
            Terminal.output.write(text.hasSuffix("\n") ? text : text + "\n")
        }
    }

    /// Words for a person: silent under `--json`, so that standard output stays one JSON value.
    func say(_ text: String) {
        if !json { Terminal.output.write(text + "\n") }
    }
}
