import SharingPolicy

/// A table of made-up stations, in every format that responses are edited in.
enum BenchTable {
    enum Format: String, CaseIterable {
        case json = "JSON"
        case geojson = "GeoJSON"
        case ndjson = "NDJSON"
        case csv = "CSV"

        var mediaType: String {
            switch self {
            case .json: "application/json"
            case .geojson: "application/geo+json"
            case .ndjson: "application/x-ndjson"
            case .csv: "text/csv"
            }
        }
    }

    /// The table, of about so many bytes.
    static func bytes(_ format: Format, size: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + 1024)
        switch format {
        case .json: bytes += "[\n".utf8
        case .geojson: bytes += #"{"type":"FeatureCollection","features":["#.utf8
        case .ndjson: break
        case .csv: bytes += "station,owner,time,temperature,district,cases\n".utf8
        }
        var number = 0
        while bytes.count < size {
            if number > 0, format == .json || format == .geojson { bytes += ",\n".utf8 }
            bytes += row(format, number).utf8
            number += 1
        }
        switch format {
        case .json: bytes += "\n]\n".utf8
        case .geojson: bytes += "]}\n".utf8
        case .ndjson, .csv: break
        }
        return bytes
    }

    private static func row(_ format: Format, _ number: Int) -> String {
        let name = "Station \(number) 石家庄"
        let time = "2026-11-\(10 + number % 20)T0\(number % 10):30:00Z"
        let temperature = "\(number % 40 - 10).\(number % 97)"
        let (district, cases) = (number % 23, number % 50)
        let members =
            #""station":"\#(name)","owner":"Owner \#(number)","time":"\#(time)","temperature":\#(temperature),"district":\#(district),"cases":\#(cases)"#
        return switch format {
        case .json: "  {\(members)}"
        case .geojson:
            #"{"type":"Feature","geometry":{"type":"Point","coordinates":[114.\#(5000 + number % 999),38.\#(1000 + number % 777)]},"properties":{\#(members)}}"#
        case .ndjson: "{\(members)}\n"
        case .csv: "\"\(name)\",Owner \(number),\(time),\(temperature),\(district),\(cases)\n"
        }
    }

    /// The duties to measure, by name.
    static func duties(_ format: Format) throws -> [(name: String, duties: [GatewayDuty])] {
        let field = { (name: String) in
            try JSONPointer(format == .geojson ? "/features/*/properties/\(name)" : "/*/\(name)")
        }
        let redact = GatewayDuty.redact([try field("owner")])
        var duties: [(String, [GatewayDuty])] = [
            ("redact", [redact]), ("keepFields", [.keepFields([try field("time"), try field("temperature")])]),
            ("coarsen", [.coarsen([try field("time")], .times(.day))]),
            ("suppressBelow, cases", [redact, .suppressBelow([try field("cases")], 10)]),
            ("suppressBelow, alike", [redact, .suppressUnlike([try field("district")], 5)]),
            ("limitRows", [.limitRows(1_000)]),
        ]
        if format == .geojson { duties.append(("coarsen positions", [.coarsenPositions(decimals: 2)])) }
        return duties
    }
}
