import SharingPolicy

// What the policy asks of the gateway before a response goes out.
extension AuthorizedRequest {
    /// The editing of content as the duties ask.
    /// - Parameters:
    ///   - encoding: `Content-Encoding`; compressed content is not looked into.
    ///   - limit: bytes of the content that may be held where rows must be alike.
    /// - Throws: `RelayError` with code `content` for content that they cannot be performed on.
    func edit(contentType: String?, encoding: String?, holding limit: Int) throws(RelayError) -> ResponseStream {
        guard encoding.map({ $0.utf8.elementsEqual("identity".utf8) }) ?? true else {
            throw RelayError(.content, "a duty cannot be performed on encoded content")
        }
        do {
            return try ResponseEditor(self.duties).stream(mediaType: contentType ?? "", holding: limit)
        } catch {
            throw RelayError(.content, "a duty cannot be performed on this kind of content", cause: error)
        }
    }

    /// That nothing of a response is what the duties name, for the one who asked: in the policy's words.
    var missingFields: String {
        "the response cannot go out: it lacks the fields of a duty of the policy: "
            + self.duties.duties.filter(\.needsFields).map(\.description).joined(separator: "; ")
    }
}
