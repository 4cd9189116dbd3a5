/// The name of a part of a message, with the parameters that say which form of it is meant (RFC 9421 section 2).
///
/// Two identifiers are equal when name and parameters are, in whatever order the parameters stand.
public struct ComponentIdentifier: Sendable, Hashable, CustomStringConvertible {
    enum Kind: Hashable {
        case field
        case method, targetURI, authority, scheme, requestTarget, path, query, queryParameter, status
    }

    let kind: Kind
    /// The field or derived component: `content-type`, `@method`.
    public let name: String
    let parameters: Parameters
    /// Whether it is a part of the request that the response answers: the parameter `req`.
    public var isFromRequest: Bool { parameters.fromRequest }
    /// Whether it is a field of the trailer section: the parameter `tr`.
    public var isTrailer: Bool { parameters.trailer }
    /// As it stands in the signature base, parameters in their order.
    let serialized: [UInt8]

    /// The identifier as it stands in the signature base, such as `"@query-param";name="page"`.
    public var description: String { String(decoding: serialized, as: UTF8.self) }

    /// Compares what is meant, not the order of the parameters.
    public static func == (left: Self, right: Self) -> Bool {
        left.kind == right.kind && left.name.utf8.elementsEqual(right.name.utf8) && left.parameters == right.parameters
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(parameters)
    }
}

extension ComponentIdentifier {
    /// Reads an identifier as it stands in Signature-Input: `"content-digest";req`.
    ///
    /// Throws `invalidComponent` for one that is unknown or whose parameters do not go together, and `malformedField`
    /// for text that is no string item (RFC 9651 section 3.3.3).
    public init(parsing text: String) throws(MessageSignatureError) {
        let item: StructuredItem
        do {
            item = try StructuredFieldParser.item(Array(text.utf8), duplicates: .refuse)
        } catch {
            throw MessageSignatureError(error, in: "component identifier")
        }
        try self.init(item)
    }

    /// A field by its name in lower case, or a derived component that takes no parameter, such as `@method`.
    public init(_ name: String, fromRequest: Bool = false) throws(MessageSignatureError) {
        var parameters = StructuredParameters()
        if fromRequest { _ = parameters.set("req", .boolean(true)) }
        try self.init(StructuredItem(value: .string(name), parameters: parameters))
    }

    init(_ item: StructuredItem) throws(MessageSignatureError) {
        guard case .string(let name) = item.value else {
            throw MessageSignatureError(code: .malformedField, message: "a covered component is not a string")
        }
        if item.parameters.isEmpty, let derived = Self.derived[name] {
            self = derived
            return
        }
        try self.init(name, item)
    }

    /// The derived components that take no parameter, made once, since nearly every signature covers some.
    private static let derived: [String: ComponentIdentifier] = {
        var components: [String: ComponentIdentifier] = [:]
        for name in [
            "@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query", "@status",
        ] { components[name] = try? ComponentIdentifier(name, StructuredItem(value: .string(name))) }
        return components
    }()

    private init(_ name: String, _ item: StructuredItem) throws(MessageSignatureError) {
        self.name = name
        var serialized: [UInt8] = []
        serialized.reserveCapacity(32)
        StructuredFieldWriter.write(item, to: &serialized)
        self.serialized = serialized
        kind = try Self.kind(of: name)
        parameters = try Parameters(item.parameters, of: name)
        guard parameters.fit(kind) else {
            throw MessageSignatureError(
                code: .invalidComponent, message: "the parameters of `\(self)` are not the ones it takes")
        }
    }

    private static func kind(of name: String) throws(MessageSignatureError) -> Kind {
        switch name {
        case "@method": return .method
        case "@target-uri": return .targetURI
        case "@authority": return .authority
        case "@scheme": return .scheme
        case "@request-target": return .requestTarget
        case "@path": return .path
        case "@query": return .query
        case "@query-param": return .queryParameter
        case "@status": return .status
        default:
            let isFieldName = !name.isEmpty && name.utf8.allSatisfy { $0.isTokenCharacter && !$0.isUpperAlpha }
            guard isFieldName else {
                throw MessageSignatureError(code: .invalidComponent, message: "there is no component `\(name)`")
            }
            return .field
        }
    }

    /// The parameters of RFC 9421 section 6.5.2, each of its type.
    struct Parameters: Hashable {
        private(set) var fromRequest = false
        private(set) var trailer = false
        /// `sf`: the value is parsed and serialised strictly.
        private(set) var structured = false
        /// `bs`: each line is wrapped in a byte sequence.
        private(set) var binary = false
        /// `key`: one member of a dictionary.
        private(set) var key: String?
        /// `name`: which query parameter.
        private(set) var queryParameter: String?

        init(_ parameters: StructuredParameters, of component: String) throws(MessageSignatureError) {
            for parameter in parameters.list {
                switch (parameter.key, parameter.value) {
                case ("req", .boolean(true)): fromRequest = true
                case ("tr", .boolean(true)): trailer = true
                case ("sf", .boolean(true)): structured = true
                case ("bs", .boolean(true)): binary = true
                case ("key", .string(let value)): key = value
                case ("name", .string(let value)): queryParameter = value
                default:
                    throw MessageSignatureError(
                        code: .invalidComponent,
                        message: "`\(component)` takes no parameter `\(parameter.key)` of this type")
                }
            }
        }

        /// Whether these are parameters that this kind of component takes and that do not contradict each other.
        func fit(_ kind: Kind) -> Bool {
            guard kind != .field else { return queryParameter == nil && !(binary && (structured || key != nil)) }
            guard !trailer, !structured, !binary, key == nil, (queryParameter != nil) == (kind == .queryParameter)
            else { return false }
            return kind != .status || !fromRequest
        }
    }
}

extension ComponentIdentifier: ExpressibleByStringLiteral {
    /// A field or derived component written in source, without parameters; traps for one that does not exist.
    public init(stringLiteral value: String) {
        do {
            try self.init(value)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
