// Which fields of a row the pointers name in which rows must be alike.
extension ResponseDuties.Alikeness {
    /// The places of one field each, from the top of a document of that layout, or of one of its lines.
    ///
    /// A pointer names a field of a row by `/*/…`, in GeoJSON by `/features/*/…`, and of a line by either form or without
    /// the `*`; those of another format's form are left out. Throws ``PolicyError`` of code `unsupportedResponse` where none
    /// is left, or where one names more than one value of a row.
    func places(in layout: JSONEditor.Layout) throws(PolicyError) -> [[JSONPointer.Token]] {
        var places: [[JSONPointer.Token]] = []
        for pointer in fields {
            guard let place = try Self.place(pointer, in: layout), !places.contains(place) else { continue }
            places.append(place)
        }
        guard !places.isEmpty else {
            throw PolicyError(.unsupportedResponse, "no field of its rows is named in which they must be alike")
        }
        return places
    }

    private static let features = Array("features".utf8)

    private static func place(
        _ pointer: JSONPointer, in layout: JSONEditor.Layout
    ) throws(PolicyError) -> [JSONPointer.Token]? {
        let tokens = pointer.tokens
        let isOfFeatures = tokens.count > 2 && tokens[0] == .named(features) && tokens[1] == .any
        let start: Int
        switch layout {
        case .document: start = 1
        case .features: start = 2
        case .lines: start = tokens.count > 1 && tokens[0] == .any ? 1 : 0
        }
        let isOfRows =
            switch layout {
            case .document: tokens.count > 1 && tokens[0] == .any
            case .features: isOfFeatures
            case .lines: !isOfFeatures
            }
        guard isOfRows else { return nil }
        guard !tokens[start...].contains(.any) else {
            throw PolicyError(.unsupportedResponse, "`\(pointer)` names more than one value of a row")
        }
        return layout == .lines ? Array(tokens[start...]) : tokens
    }

    /// Whether a pointer names one field of a row, in some format.
    static func isField(_ pointer: JSONPointer) -> Bool {
        let tokens = pointer.tokens
        let isOfFeatures = tokens.count > 2 && tokens[0] == .named(features) && tokens[1] == .any
        let start = isOfFeatures ? 2 : tokens[0] == .any ? 1 : 0
        return start < tokens.count && !tokens[start...].contains(.any)
    }
}
