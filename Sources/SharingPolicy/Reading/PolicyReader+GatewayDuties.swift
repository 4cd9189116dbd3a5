import StrictJSON

// The duties that the gateway performs, whose refinements say how.
extension PolicyReader {
    /// One refinement: an operator and what stands to its right.
    private struct Parameter {
        let comparator: String
        let values: [(value: JSONValue, path: String)]
        let path: String

        /// The only value, where the operator is this one.
        func single(_ expected: String) -> JSONValue? {
            comparator == expected && values.count == 1 ? Self.plain(values[0].value) : nil
        }

        /// A value by itself or in `{"@value": …}`.
        static func plain(_ value: JSONValue) -> JSONValue? {
            guard let object = value.object else { return value }
            return object.names.allSatisfy { ["@value", "@type", "type"].contains($0) } ? object["@value"] : nil
        }

        /// The only value as a decimal number.
        func number(_ expected: String) -> String? {
            switch single(expected) {
            case .number(let number): number.text
            case .string(let text): text
            default: nil
            }
        }

        /// The only value as a whole number, not below zero.
        func count(_ expected: String) -> Int? {
            number(expected).flatMap { $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int($0) : nil }
        }
    }

    private static let operands: Set<IRI> = DutyVocabulary.operands

    /// Reads a duty the gateway performs from the refinements of its action.
    func gatewayDuty(
        _ action: IRI, _ refinement: (value: JSONValue, path: String)?, at path: String
    ) -> Result<GatewayDuty, PolicyProblem> {
        let example = DutyVocabulary.examples[action] ?? ""
        let place = refinement?.path ?? path + "/refinement"
        let unclear = PolicyProblem(
            place, "`\(action.short)` does not say what\(operandHint(refinement))", expected: example)
        guard let parameters = parameters(refinement), !parameters.isEmpty else { return .failure(unclear) }
        var rest = parameters
        var fields: [JSONPointer]?
        let isAlike = rest[DutyVocabulary.alike] != nil
        if let named = rest.removeValue(forKey: isAlike ? DutyVocabulary.alike : DutyVocabulary.field) {
            guard
                named.comparator == (isAlike ? "isAllOf" : "isAnyOf")
                    || named.comparator == "eq" && named.values.count == 1, !named.values.isEmpty
            else { return .failure(PolicyProblem(named.path, "fields are named otherwise", expected: example)) }
            switch pointers(named.values) {
            case .success(let pointers):
                let several = isAlike ? pointers.firstIndex { !ResponseDuties.Alikeness.isField($0) } : nil
                if let several {
                    return .failure(
                        PolicyProblem(
                            named.values[several].path, "`\(pointers[several])` names more than one value of a row",
                            expected: "as `/*/age` or `/features/*/properties/age`"))
                }
                fields = pointers
            case .failure(let problem): return .failure(problem)
            }
        }
        guard rest.count <= 1 else { return .failure(unclear) }
        let parameter = rest.first
        switch (action, fields, parameter?.key) {
        case _ where isAlike && action != DutyVocabulary.suppressBelow: return .failure(unclear)
        case (DutyVocabulary.redact, let fields?, nil): return .success(.redact(fields))
        case (DutyVocabulary.keepFields, let fields?, nil): return .success(.keepFields(fields))
        default: break
        }
        guard let (operand, value) = parameter else { return .failure(unclear) }
        let duty: GatewayDuty? =
            switch (action, fields, operand) {
            case (DutyVocabulary.limitRows, nil, DutyVocabulary.rows):
                value.count("lteq").map { .limitRows($0) }
            case (DutyVocabulary.suppressBelow, let fields?, DutyVocabulary.rows) where isAlike:
                value.count("gteq").flatMap { $0 > 1 ? .suppressUnlike(fields, $0) : nil }
            case (DutyVocabulary.suppressBelow, let fields?, DutyVocabulary.cases) where !isAlike:
                value.count("gteq").flatMap { $0 > 0 ? .suppressBelow(fields, $0) : nil }
            case (DutyVocabulary.coarsen, nil, DutyVocabulary.positionDecimals):
                value.count("lteq").flatMap { $0 <= Step.maximumScale ? .coarsenPositions(decimals: $0) : nil }
            case (DutyVocabulary.coarsen, let fields?, _):
                coarsening(operand, value).map { .coarsen(fields, $0) }
            default: nil
            }
        guard let duty else {
            return .failure(
                PolicyProblem(value.path, "`\(action.short)` cannot be performed like this", expected: example))
        }
        return .success(duty)
    }

    private func coarsening(_ operand: IRI, _ parameter: Parameter) -> Coarsening? {
        switch operand {
        case DutyVocabulary.decimals:
            parameter.count("lteq").flatMap(Step.init(decimals:)).map { .numbers($0) }
        case DutyVocabulary.step: parameter.number("eq").flatMap { Step(parsing: $0) }.map { .numbers($0) }
        case DutyVocabulary.precision:
            parameter.single("eq")?.string.flatMap(TimePrecision.init(rawValue:)).map { .times($0) }
        default: nil
        }
    }

    /// The refinements by their left operands; `nil` where one is not understood or stands twice.
    private func parameters(_ member: (value: JSONValue, path: String)?) -> [IRI: Parameter]? {
        guard let member else { return [:] }
        var parameters: [IRI: Parameter] = [:]
        for (value, path) in list(member) {
            var members: [String: JSONValue] = [:]
            for (name, value) in value.object?.members ?? [] {
                guard members.updateValue(value, forKey: names.property(name)) == nil else { return nil }
            }
            guard members.keys.allSatisfy(["leftOperand", "operator", "rightOperand", "uid", "type"].contains),
                let left = members["leftOperand"].flatMap(termText),
                let operand = names.term(left, isTerm: Self.operands.contains), Self.operands.contains(operand),
                let comparator = members["operator"].flatMap(termText), let right = members["rightOperand"]
            else { return nil }
            let parameter = Parameter(
                comparator: names.property(comparator), values: list((right, path + "/rightOperand")),
                path: path)
            guard parameters.updateValue(parameter, forKey: operand) == nil else { return nil }
        }
        return parameters
    }

    /// Which operands the refinements probably mean, where they are misspelt.
    private func operandHint(_ member: (value: JSONValue, path: String)?) -> String {
        guard let member else { return "" }
        let written = list(member).lazy.compactMap { refinement in
            refinement.value.object?.members.first { names.property($0.name) == "leftOperand" }.flatMap {
                termText($0.value)
            }
        }
        let unknown = written.first { text in
            names.term(text, isTerm: Self.operands.contains).map { !Self.operands.contains($0) } ?? true
        }
        guard let unknown else { return "" }
        return ": `\(PolicyError.excerpt(unknown))` is not known here"
            + hint(for: unknown, among: Self.operands.map(\.short).sorted())
    }

    private func pointers(
        _ values: [(value: JSONValue, path: String)]
    ) -> Result<[JSONPointer], PolicyProblem> {
        guard values.count <= 256 else { return .failure(PolicyProblem(values[256].path, "more than 256 fields")) }
        var pointers: [JSONPointer] = []
        for (value, path) in values {
            do {
                pointers.append(try JSONPointer(Parameter.plain(value)?.string ?? ""))
            } catch {
                return .failure(PolicyProblem(path, error.message, expected: "as `/wind` or `/stations/*/wind`"))
            }
        }
        return .success(pointers)
    }
}
