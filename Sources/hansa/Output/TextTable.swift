/// A table for people: columns as wide as what is in them, the last one ragged.
struct TextTable {
    let headings: [String]
    private(set) var rows: [[String]] = []

    init(_ headings: String...) {
        self.headings = headings
    }

    mutating func add(_ cells: String...) {
        rows.append(cells)
    }

    func rendered(on terminal: Terminal = .output) -> String {
        guard !rows.isEmpty else { return "none\n" }
        let lines = [headings] + rows
        let widths = headings.indices.map { column in
            lines.map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0
        }
        var text = ""
        for (number, line) in lines.enumerated() {
            var rendered = ""
            for (column, cell) in line.enumerated() {
                let last = column == line.count - 1
                rendered += last ? cell : cell + String(repeating: " ", count: widths[column] - cell.displayWidth + 2)
            }
            text += (number == 0 ? terminal.paint(rendered, .bold) : rendered) + "\n"
        }
        return text
    }
}

extension String {
    /// How many terminal cells the text takes: Chinese characters take two.
    var displayWidth: Int {
        unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x0300...0x036F, 0x200B...0x200F: width
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x20000...0x3FFFD:
                width + 2
            default: width + 1
            }
        }
    }

    /// The text without control characters, so that what others wrote cannot drive the reader's terminal.
    var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .privateUse, .surrogate, .unassigned: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
