/// What one signature covers and under which parameters: a member of Signature-Input (RFC 9421 section 4.1).
///
/// It is a value that can be kept and used for any number of messages.
public struct SignatureInput: Sendable, Hashable {
    /// How many components one signature may cover.
    public static let componentLimit = CoveredComponents.limit

    private let covered: CoveredComponents
    /// The covered components in order; no two are equal.
    public var components: [ComponentIdentifier] { covered.list }
    /// The parameters in order.
    public let parameters: SignatureParameters
    /// The value of `@signature-params`, which is also the value of the member (section 2.3).
    let serialized: [UInt8]

    /// What stands in Signature-Input behind the label.
    public var text: String { String(decoding: serialized, as: UTF8.self) }

    /// Creates an input for signing; throws `duplicateComponent` for a component given twice, and `invalidComponent`
    /// for more than `componentLimit`.
    public init(
        components: [ComponentIdentifier], parameters: SignatureParameters
    ) throws(MessageSignatureError) {
        self.init(try CoveredComponents(components), parameters)
    }

    init(_ covered: CoveredComponents, _ parameters: SignatureParameters) {
        self.covered = covered
        self.parameters = parameters
        var buffer: [UInt8] = []
        buffer.reserveCapacity(256)
        buffer.append(contentsOf: covered.serialized)
        StructuredFieldWriter.write(parameters.structured, to: &buffer)
        serialized = buffer
    }

    /// Whether a component is covered, in exactly that form.
    public func covers(_ component: ComponentIdentifier) -> Bool {
        components.contains(component)
    }

    /// Appends the signature base for a message (section 2.5); no line break follows its last line.
    ///
    /// Throws `missingComponent` or `invalidComponent` where the message does not have a covered component or its value
    /// cannot be used.
    public func appendSignatureBase(
        for message: HTTPMessage, types: StructuredFieldTypes = .registered, to buffer: inout [UInt8]
    ) throws(MessageSignatureError) {
        let reader = ComponentReader(message: message, types: types)
        for component in components {
            buffer.append(contentsOf: component.serialized)
            buffer.append(text: ": ")
            try reader.appendValue(of: component, to: &buffer)
            buffer.append(0x0A)
        }
        buffer.append(text: "\"@signature-params\": ")
        buffer.append(contentsOf: serialized)
    }

    /// The signature base for a message.
    public func signatureBase(
        for message: HTTPMessage, types: StructuredFieldTypes = .registered
    ) throws(MessageSignatureError) -> [UInt8] {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(512)
        try appendSignatureBase(for: message, types: types, to: &buffer)
        return buffer
    }
}

extension ComponentIdentifier {
    /// The value this component has in a message (section 2).
    public func value(
        in message: HTTPMessage, types: StructuredFieldTypes = .registered
    ) throws(MessageSignatureError) -> String {
        var buffer: [UInt8] = []
        try ComponentReader(message: message, types: types).appendValue(of: self, to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }
}
