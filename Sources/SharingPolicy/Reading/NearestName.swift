/// The known name closest to what was written, if one is close enough to be what was meant.
///
/// Nothing is near a name of more than 80 bytes.
package func nearestName(to name: String, among known: some Sequence<String>) -> String? {
    guard name.utf8.count <= 80 else { return nil }
    let limit = min(max(2, name.count / 3), name.count - 1)
    let ranked = known.map { ($0, editDistance(name, $0)) }.filter { $0.1 <= limit }
    return ranked.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
}

/// Levenshtein distance between two short names.
package func editDistance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first.unicodeScalars.prefix(80)), Array(second.unicodeScalars.prefix(80)))
    var row = Array(0...second.count)
    for (i, a) in first.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in second.enumerated() {
            let above = row[j + 1]
            row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
            diagonal = above
        }
    }
    return row[second.count]
}
