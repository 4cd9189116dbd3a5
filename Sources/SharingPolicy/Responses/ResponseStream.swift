/// The editing of one body as its bytes come: what they are cut into makes no difference to what comes out.
///
/// It holds a bounded part of the body (``size``), whatever its length. What it threw once it throws ever after, so that
/// nothing follows what must not be passed on.
package struct ResponseStream: Sendable {
    enum Editor: Sendable {
        case json(JSONEditor)
        case csv(CSVEditor)
    }

    private var editor: Editor
    private var failure: PolicyError?

    init(_ editor: Editor) { self.editor = editor }

    /// Bytes held.
    package var size: Int {
        switch editor {
        case .json(let editor): editor.size
        case .csv(let editor): editor.size
        }
    }

    /// Whether for every duty something was found that it names.
    ///
    /// Until then it may turn out at the end that the fields stand elsewhere, and nothing should have been passed on. Where rows
    /// must be alike it is so only when the body has ended.
    package var isSatisfied: Bool {
        switch editor {
        case .json(let editor): editor.isSatisfied
        case .csv(let editor): editor.isSatisfied
        }
    }

    /// Takes the next bytes and appends those that are passed on.
    ///
    /// Throws ``PolicyError`` of code `malformedResponse` for what is not of its type, `unsupportedResponse` for what the
    /// duties cannot be performed on; what was appended by the call that throws must not be passed on.
    package mutating func feed(_ bytes: Span<UInt8>, into output: inout [UInt8]) throws(PolicyError) {
        try perform(bytes, isLast: false, &output)
    }

    /// Says that the body ends here, and appends what was held; throws as ``feed(_:into:)`` does, also where the body is not
    /// whole, or where nothing was found of what a duty names.
    package mutating func finish(into output: inout [UInt8]) throws(PolicyError) {
        try perform(Span(), isLast: true, &output)
    }

    private mutating func perform(
        _ bytes: Span<UInt8>, isLast: Bool, _ output: inout [UInt8]
    ) throws(PolicyError) {
        if let failure { throw failure }
        do {
            try Self.perform(&editor, bytes, isLast, &output)
        } catch {
            failure = error
            throw error
        }
    }

    private static func perform(
        _ editor: inout Editor, _ bytes: Span<UInt8>, _ isLast: Bool, _ output: inout [UInt8]
    ) throws(PolicyError) {
        switch consume editor {
        case .json(var own):
            defer { editor = .json(own) }
            if isLast { try own.finish(into: &output) } else { try own.feed(bytes, into: &output) }
        case .csv(var own):
            defer { editor = .csv(own) }
            if isLast { try own.finish(into: &output) } else { try own.feed(bytes, into: &output) }
        }
    }
}
