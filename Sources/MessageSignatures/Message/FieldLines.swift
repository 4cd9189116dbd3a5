public import HTTPTypes

/// The field lines of a header or trailer section in the order they were received, repeats included.
public struct FieldLines: Sendable {
    private enum Storage {
        case raw([(name: String, value: [UInt8])])
        case fields(HTTPFields, host: String?)
    }

    private let storage: Storage

    /// No lines.
    public init() {
        storage = .raw([])
    }

    /// Takes lines as they were on the wire: names in any case, values with white space and folding where it was.
    public init(_ lines: [(name: String, value: [UInt8])]) {
        storage = .raw(lines.map { (name: $0.name.lowercased(), value: $0.value) })
    }

    /// Takes lines whose values are written as UTF-8.
    public init(_ lines: [(name: String, value: String)]) {
        self.init(lines.map { (name: $0.name, value: Array($0.value.utf8)) })
    }

    /// Takes parsed fields without copying them.
    public init(_ fields: HTTPFields) {
        self.init(fields, host: nil)
    }

    /// Takes the fields of a request, of which HTTPTypes keeps Host apart, as the authority.
    init(_ fields: HTTPFields, host: String?) {
        storage = .fields(fields, host: fields.contains(Self.hostName) ? nil : host)
    }

    /// Hands over each value of a field in order, and returns how many there were; `name` is in lower case.
    func forEachValue<Failure: Error>(
        of name: String, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        var count = 0
        switch storage {
        case .raw(let lines):
            for line in lines where line.name.utf8.elementsEqual(name.utf8) {
                try line.value.withUnsafeBufferPointer(body)
                count += 1
            }
        case .fields(let fields, let host):
            for field in fields where field.name.canonicalName == name {
                try field.withUnsafeBytesOfValue(body)
                count += 1
            }
            if let host, name == "host" {
                try Array(host.utf8).withUnsafeBufferPointer(body)
                count += 1
            }
        }
        return count
    }

    /// What values of a field are joined with: HTTPTypes takes Cookie apart at semicolons, as HTTP/2 does (RFC 9113
    /// section 8.2.3).
    func separator(of name: String) -> String {
        if case .fields = storage, name == "cookie" { "; " } else { ", " }
    }

    func contains(_ name: String) -> Bool {
        switch storage {
        case .raw(let lines): lines.contains { $0.name.utf8.elementsEqual(name.utf8) }
        case .fields(let fields, let host):
            (host != nil && name == "host") || fields.contains { $0.name.canonicalName == name }
        }
    }

    private static let hostName = HTTPField.Name("Host").unsafelyUnwrapped
}
