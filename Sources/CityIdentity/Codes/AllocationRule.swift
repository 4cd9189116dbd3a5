/// The one rule by which codes are allocated: a city of China by GB/T 2260, any other by its country in ISO 3166-1.
///
/// Units below a city are the city's own affair. Reference: GB/T 2260, ISO 3166-1 numeric.
package struct AllocationRule: Sendable {
    private let divisions: DivisionTable
    private let countries: [String: String]

    /// The rows of GB/T 2260, headings first: code, level, name, longitude, latitude.
    package static let standardDivisions = CommaSeparatedValues.rows(PackageResources.gbt2260_divisions_csv)

    /// The rule with the tables the program carries.
    package static let standard = AllocationRule(
        divisions: standardDivisions,
        countries: CommaSeparatedValues.rows(PackageResources.iso3166_1_csv))

    /// Makes a rule of the rows of the two tables, headings included.
    init(divisions: [[String]], countries: [[String]]) {
        self.divisions = DivisionTable(rows: divisions)
        self.countries = Dictionary(
            countries.dropFirst().compactMap { $0.count >= 3 ? ($0[0], $0[2]) : nil },
            uniquingKeysWith: { first, _ in first })
    }

    /// Throws ``IdentityError`` of code `unallocatedCode`, saying why, where the code's city is not one that exists.
    package func check(_ code: IdentificationCode) throws(IdentityError) {
        if let reason = reasonAgainst(code) {
            throw IdentityError(.unallocatedCode, "`\(code)` is not allocated: \(reason)")
        }
    }

    private func reasonAgainst(_ code: IdentificationCode) -> String? {
        guard countries[code.country] != nil else { return "`\(code.country)` is no country of ISO 3166-1" }
        guard code.country == DivisionTable.country else { return nil }
        switch divisions.standing(of: code.division) {
        case .city: return nil
        case .province(let name): return "`\(code.division)` is the province \(name), not a city"
        case .group(let name):
            return "`\(code.division)` (\(name)) groups divisions and is not a city"
        case .unknown: return "`\(code.division)` is no division of GB/T 2260"
        }
    }

    /// The name of the city a code belongs to, where the tables know it: `石家庄市`.
    package func name(of code: IdentificationCode) -> String? {
        code.country == DivisionTable.country ? divisions.name(of: code.division) : nil
    }

    /// The name of the country a code belongs to, where it exists: `China`.
    package func countryName(of code: IdentificationCode) -> String? { countries[code.country] }

    /// The province or region a Chinese code's city lies in: `河北省`.
    package func provinceName(of code: IdentificationCode) -> String? {
        guard code.country == DivisionTable.country, code.division.count == 4 else { return nil }
        return divisions.name(of: String(code.division.prefix(2)))
    }

    /// The centre of a Chinese city in degrees, where the table gives it.
    package func centre(of code: IdentificationCode) -> (longitude: Double, latitude: Double)? {
        code.country == DivisionTable.country ? divisions.centre(of: code.division) : nil
    }
}
