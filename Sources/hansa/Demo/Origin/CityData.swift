import CityIdentity
import DemoData
import StrictJSON

/// The real data behind the demo's three systems.
///
/// Seattle's weather and San Francisco's temperatures are NOAA's; Shijiazhuang serves the GB/T 2260 table.
struct CityData: Sendable {
    let divisions: [[String]]
    let weather: [[String]]
    let temperatures: [UInt8]
    let weatherText: [UInt8]

    init() throws {
        self.weatherText = try Self.file("seattle-weather.csv")
        self.weather = Self.rows(weatherText)
        self.temperatures = try Self.file("sf-temps.csv")
        self.divisions = Array(AllocationRule.standardDivisions.dropFirst())
    }

    /// The bytes of a table or an example policy that the program carries.
    static func file(_ name: String) throws -> [UInt8] {
        let file = demo_file(name)
        guard let bytes = file.bytes else { throw CommandError(.failure, "the program carries no `\(name)`") }
        return Array(UnsafeBufferPointer(start: bytes, count: file.length))
    }

    private static func rows(_ bytes: [UInt8]) -> [[String]] {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    /// Shijiazhuang: `/divisions/1301`, and `/divisions?province=13`.
    func shijiazhuang(_ request: OriginRequest) -> OriginResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.first == "divisions", parts.count <= 2 else { return .missing }
        if parts.count == 2 {
            guard let row = divisions.first(where: { $0[0] == parts[1] }) else { return .missing }
            return .json(Self.text(division(row)))
        }
        let province = request.query["province"] ?? ""
        let found = divisions.filter { $0[0].hasPrefix(province) }
        return .json(Self.text(["divisions": JSONValue(found.map(division))]))
    }

    private func division(_ row: [String]) -> JSONValue {
        [
            "code": JSONValue(row[0]), "level": JSONValue(row[1]), "name": JSONValue(row[2]),
            "location": ["longitude": Self.number(row[3]), "latitude": Self.number(row[4])],
        ]
    }

    /// Seattle: `/daily/2012-01-01`, `/daily?month=2012-01` and all of it as `/daily.csv`; reports are taken by POST.
    func seattle(_ request: OriginRequest) -> OriginResponse {
        if request.method == "POST" && request.path == "/reports" {
            let size = JSONValue(request.content.count)
            return .json(Self.text(["accepted": true, "bytes": size, "from": JSONValue(request.consumer ?? "")]))
        }
        if request.path == "/daily.csv" {
            return OriginResponse(mediaType: "text/csv; charset=utf-8", content: .whole(weatherText))
        }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.first == "daily", parts.count <= 2 else { return .missing }
        if parts.count == 2 {
            guard let row = weather.first(where: { date($0) == parts[1] }) else { return .missing }
            return .json(Self.text(day(row)))
        }
        let month = request.query["month"] ?? "2012-01"
        return .json(Self.text(JSONValue(weather.filter { date($0).hasPrefix(month) }.map(day))))
    }

    private func date(_ row: [String]) -> String {
        row[0].replacing("/", with: "-")
    }

    private func day(_ row: [String]) -> JSONValue {
        [
            "date": JSONValue(date(row)), "precipitation": Self.number(row[1]), "temperatureMax": Self.number(row[2]),
            "temperatureMin": Self.number(row[3]), "wind": Self.number(row[4]), "weather": JSONValue(row[5]),
        ]
    }

    /// San Francisco: `/hourly.csv`, and `/archive?bytes=N`, the same rows over and over up to a length.
    func sanFrancisco(_ request: OriginRequest) -> OriginResponse {
        switch request.path {
        case "/hourly.csv":
            return OriginResponse(mediaType: "text/csv; charset=utf-8", content: .whole(temperatures))
        case "/archive":
            guard let length = UInt64(request.query["bytes"] ?? ""), length <= 1 << 40 else { return .missing }
            return OriginResponse(
                mediaType: "text/csv; charset=utf-8", content: .repeated(block: temperatures, length: length))
        default: return .missing
        }
    }

    /// A number as the table has it, digit for digit.
    private static func number(_ text: String) -> JSONValue {
        (try? JSONValue(parsing: Array(text.utf8))) ?? JSONValue(text)
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: value.bytes, as: UTF8.self) + "\n"
    }
}
