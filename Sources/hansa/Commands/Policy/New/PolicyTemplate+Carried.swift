import PolicyTemplates
import SharingPolicy

extension PolicyTemplate {
    /// The templates that the program carries, by name.
    static func carried() throws -> [PolicyTemplate] {
        try (0..<policy_template_count()).map { index in
            let files = policy_template(index)
            return try PolicyTemplate(
                name: String(cString: files.name), document: text(files.document, files.document_length),
                table: text(files.table, files.table_length))
        }
    }

    private static func text(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
    }
}
