/// The divisions of China: GB/T 2260 at province (2 digits) and prefecture (4 digits) level.
struct DivisionTable: Sendable {
    /// The ISO 3166-1 numeric code of China.
    static let country = "156"

    /// What a division is, as far as cities are concerned.
    enum Standing: Sendable, Hashable {
        /// A city: a prefecture, a municipality or a special administrative region.
        case city(String)
        /// A province or autonomous region, whose cities have codes of four digits.
        case province(String)
        /// An entry that only groups others: `市辖区`, `县`, and those that hold counties governed by a province directly.
        case group(String)
        /// Not in the table.
        case unknown
    }

    private struct Entry: Sendable {
        let name: String
        let centre: (longitude: Double, latitude: Double)?
    }
    private var entries: [String: Entry] = [:]

    init(rows: [[String]]) {
        for row in rows.dropFirst() where row.count >= 5 {
            let centre = Double(row[3]).flatMap { longitude in Double(row[4]).map { (longitude, $0) } }
            entries[row[0]] = Entry(name: row[2], centre: centre)
        }
    }

    func standing(of division: String) -> Standing {
        guard let name = entries[division]?.name else { return .unknown }
        if division.utf8.count == 2 {
            return name.hasSuffix("市") || name.hasSuffix("特别行政区") ? .city(name) : .province(name)
        }
        let isGroup = name == "市辖区" || name == "县" || name.hasSuffix("直辖县级行政区划")
        return isGroup ? .group(name) : .city(name)
    }

    func name(of division: String) -> String? { entries[division]?.name }

    func centre(of division: String) -> (longitude: Double, latitude: Double)? { entries[division]?.centre }
}
