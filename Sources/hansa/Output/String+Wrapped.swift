extension String {
    /// The text in lines of so many characters at most, broken at spaces where there are any.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var rest = self[...]
        while rest.count > width {
            let limit = rest.index(rest.startIndex, offsetBy: width)
            let end = rest[..<limit].lastIndex(of: " ").flatMap { $0 > rest.startIndex ? $0 : nil } ?? limit
            lines.append(String(rest[..<end]))
            rest = rest[end...].drop { $0 == " " }
        }
        return lines + [String(rest)]
    }
}
