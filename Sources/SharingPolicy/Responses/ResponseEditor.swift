/// Performs a decision's duties on responses' bodies.
///
/// A pointer names a field of a record the same way in every format: `/wind` and `/*/wind` are the column `wind` of CSV and
/// the member `wind` of every line of NDJSON; in JSON and GeoJSON each is what RFC 6901 says.
package struct ResponseEditor: Sendable {
    private let duties: ResponseDuties

    /// The formats bodies can be edited in.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case json, geojson, ndjson, csv

        /// The format of a media type; `nil` for types that cannot be edited.
        ///
        /// Nor can what says that it is not UTF-8, or CSV that says it has no header: others would read it otherwise.
        package init?(mediaType: String) {
            guard let type = MediaType(mediaType), type.parameters["charset", default: "utf-8"] == "utf-8" else {
                return nil
            }
            switch type.name {
            case "application/json", "text/json": self = .json
            case "application/geo+json", "application/vnd.geo+json": self = .geojson
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
                self = .ndjson
            case "text/csv", "application/csv":
                guard type.parameters["header", default: "present"] == "present" else { return nil }
                self = .csv
            default:
                guard type.name.hasPrefix("application/"), type.name.hasSuffix("+json") else { return nil }
                self = .json
            }
        }
    }

    package init(_ duties: [GatewayDuty]) { self.duties = ResponseDuties(duties) }

    package init(_ duties: ResponseDuties) { self.duties = duties }

    /// Whether there is nothing to do, so that bodies of every kind may pass as they are.
    package var isIdentity: Bool { duties.isEmpty }

    /// What is held of a body at most while it is open which of its rows are alike, where nothing else is said: 8 MiB.
    package static let standardHold = 8 << 20

    /// The editing of one body, whose bytes then come piece by piece.
    ///
    /// `holding` is what may be held of it, in bytes, while it is open which of its rows are alike. Throws ``PolicyError`` of code `unsupportedResponse` for a type that the duties cannot be performed on.
    package func stream(
        mediaType: String, holding limit: Int = standardHold
    ) throws(PolicyError) -> ResponseStream {
        guard let format = Format(mediaType: mediaType) else {
            throw PolicyError(
                .unsupportedResponse,
                "duties cannot be performed on `\(PolicyError.excerpt(mediaType))`: expected JSON, GeoJSON, NDJSON or CSV with a header, in UTF-8"
            )
        }
        guard duties.positionDecimals == nil || format == .geojson else {
            throw PolicyError(
                .unsupportedResponse,
                "there are no positions to make coarser in `\(PolicyError.excerpt(mediaType))`: expected GeoJSON")
        }
        switch format {
        case .json: return ResponseStream(.json(try JSONEditor(duties, layout: .document, holding: limit)))
        case .geojson: return ResponseStream(.json(try JSONEditor(duties, layout: .features, holding: limit)))
        case .ndjson: return ResponseStream(.json(try JSONEditor(duties, layout: .lines, holding: limit)))
        case .csv: return ResponseStream(.csv(try CSVEditor(duties, holding: limit)))
        }
    }

    /// The body with every duty performed.
    ///
    /// Throws ``PolicyError`` of code `unsupportedResponse` for a body of a type or shape that duties cannot be performed
    /// on, `malformedResponse` for one that is not of its type; such a response must not be passed on.
    package func edit(_ body: [UInt8], mediaType: String) throws(PolicyError) -> [UInt8] {
        guard !isIdentity else { return body }
        var stream = try stream(mediaType: mediaType)
        var output: [UInt8] = []
        output.reserveCapacity(body.count)
        try stream.feed(body.span, into: &output)
        try stream.finish(into: &output)
        return output
    }
}
