extension QRCode {
    /// The code as an SVG document, one unit a module.
    package var svg: String {
        let side = size + 2 * Self.quietZone
        var path = ""
        for row in 0..<size {
            for run in darkRuns(row) {
                path += "M\(run.lowerBound + Self.quietZone) \(row + Self.quietZone)h\(run.count)v1h-\(run.count)z"
            }
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">
            <rect width="\(side)" height="\(side)" fill="#fff"/>
            <path d="\(path)" fill="#000"/>
            </svg>

            """
    }

    /// The columns of a row's dark modules, those next to one another together.
    private func darkRuns(_ row: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for column in 0..<size where isDark(column: column, row: row) {
            if let last = runs.last, last.upperBound == column {
                runs[runs.count - 1] = last.lowerBound..<column + 1
            } else {
                runs.append(column..<column + 1)
            }
        }
        return runs
    }

    /// The code for a terminal, two rows of modules a line in half blocks, the light ones drawn.
    ///
    /// With colours the lines set white on black themselves; without, the terminal's background must be dark.
    package func terminal(colours: Bool) -> String {
        var text = ""
        for row in stride(from: -Self.quietZone, to: size + Self.quietZone, by: 2) {
            if colours { text += "\u{1B}[97;40m" }
            for column in -Self.quietZone..<size + Self.quietZone {
                // The symbol has an odd number of rows: below the last there is nothing to draw.
                let isLast = row + 1 == size + Self.quietZone
                switch (isDark(column: column, row: row), isLast || isDark(column: column, row: row + 1)) {
                case (true, true): text += " "
                case (true, false): text += "▄"
                case (false, true): text += "▀"
                case (false, false): text += "█"
                }
            }
            text += colours ? "\u{1B}[0m\n" : "\n"
        }
        return text
    }
}
