/// Performs a decision's duties on a response's body.
///
/// A pointer names a field of a record the same way in every format: `/wind` and `/*/wind` are the column `wind` of CSV and
/// the member `wind` of every line of NDJSON; in JSON each is what RFC 6901 says.
package struct ResponseEditor: Sendable {
    private let duties: ResponseDuties

    /// The formats bodies can be edited in.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case json, ndjson, csv

        /// The format of a media type; `nil` for types that cannot be edited.
        ///
        /// Nor can what says that it is not UTF-8, or CSV that says it has no header: others would read it otherwise.
        package init?(mediaType: String) {
            guard let type = MediaType(mediaType), type.parameters["charset", default: "utf-8"] == "utf-8" else {
                return nil
            }
            switch type.name {
            case "application/json", "text/json": self = .json
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

    /// Whether there is nothing to do, so that bodies of every kind may pass as they are.
    package var isIdentity: Bool { duties.isEmpty }

    /// The body with every duty performed.
    ///
    /// Throws ``PolicyError`` of code `unsupportedResponse` for a body of a type or shape that duties cannot be performed
    /// on, `malformedResponse` for one that is not of its type; such a response must not be passed on.
    package func edit(_ body: [UInt8], mediaType: String) throws(PolicyError) -> [UInt8] {
        guard !isIdentity else { return body }
        guard let format = Format(mediaType: mediaType) else {
            throw PolicyError(
                .unsupportedResponse,
                "duties cannot be performed on `\(PolicyError.excerpt(mediaType))`: expected JSON, NDJSON or CSV with a header, in UTF-8"
            )
        }
        guard body.count <= JSONRedactor.maximumSize else {
            throw PolicyError(
                .unsupportedResponse,
                "a response of \(body.count) bytes is over the limit of \(JSONRedactor.maximumSize)")
        }
        switch format {
        case .json: return try JSONRedactor(duties.redactions, rowLimit: duties.rowLimit).redact(body)
        case .ndjson: return try lines(body)
        case .csv: return try CSVEditor(columns: try columns(), rowLimit: duties.rowLimit).edit(body)
        }
    }

    private func lines(_ body: [UInt8]) throws(PolicyError) -> [UInt8] {
        let redactor = JSONRedactor(duties.redactions + duties.redactions.compactMap(\.belowEveryRecord))
        var output: [UInt8] = []
        output.reserveCapacity(body.count)
        var rows = 0
        var findings = JSONRedactor.Findings()
        var start = 0
        while start < body.count {
            let end = body[start...].firstIndex(of: 0x0A) ?? body.count
            let isBlank = body[start..<end].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            let next = min(end + 1, body.count)
            if isBlank {
                output.append(contentsOf: body[start..<next])
            } else {
                rows += 1
                if rows <= duties.rowLimit ?? .max {
                    findings.formUnion(try redactor.redact(body, range: start..<end, into: &output))
                    output.append(contentsOf: body[end..<next])
                }
            }
            start = next
        }
        try redactor.check(findings)
        return output
    }

    private func columns() throws(PolicyError) -> Set<[UInt8]> {
        var columns: Set<[UInt8]> = []
        for pointer in duties.redactions {
            let tokens =
                pointer.tokens.count == 2 && pointer.tokens[0] == .any
                ? pointer.tokens.dropFirst() : pointer.tokens[...]
            guard tokens.count == 1, case .named(let name)? = tokens.first else {
                throw PolicyError(
                    .unsupportedResponse, "`\(pointer)` names no column of CSV: expected `/name` or `/*/name`")
            }
            columns.insert(name)
        }
        return columns
    }
}

extension JSONPointer {
    /// The pointer from within a record, where it goes through every record.
    fileprivate var belowEveryRecord: JSONPointer? {
        guard tokens.count > 1, tokens[0] == .any else { return nil }
        return try? JSONPointer(String(description.dropFirst(2)))
    }
}
