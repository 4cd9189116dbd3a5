import SharingPolicy

// What the policy asks of the gateway before a response goes out.
extension AuthorizedRequest {
    /// Whether the duties can be performed on content of this kind at all.
    /// - Parameter encoding: `Content-Encoding`; compressed content is not looked into.
    func canTransform(contentType: String?, encoding: String?) -> Bool {
        guard let contentType, ResponseEditor.Format(mediaType: contentType) != nil else { return false }
        return encoding.map { $0.utf8.elementsEqual("identity".utf8) } ?? true
    }

    /// The content with every duty performed.
    /// - Throws: `RelayError` with code `content` where that is not possible; the content must then not go out.
    func transform(_ content: [UInt8], contentType: String?) throws(RelayError) -> [UInt8] {
        do {
            return try ResponseEditor(self.duties.duties).edit(content, mediaType: contentType ?? "")
        } catch {
            throw RelayError(.content, "the duties cannot be performed", cause: error)
        }
    }
}
