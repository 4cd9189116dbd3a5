package import StrictJSON

/// What resolving a DID answers (DID Resolution 0.3): the document and what is known about it.
package struct DIDResolution: Sendable, Hashable {
    package let document: DIDDocument
    package let status: IdentityStatus
    /// When the identity was approved, where it was.
    package let created: Timestamp?
    /// When a transaction last changed the identity or its keys.
    package let updated: Timestamp?
    /// The number of ledger entries the answer stands on.
    package let ledgerSize: UInt64

    package init(
        document: DIDDocument, status: IdentityStatus, created: Timestamp?, updated: Timestamp?, ledgerSize: UInt64
    ) {
        self.document = document
        self.status = status
        self.created = created
        self.updated = updated
        self.ledgerSize = ledgerSize
    }

    /// The media type of ``json``.
    package static let mediaType = "application/did-resolution"

    /// The resolution result.
    package var json: JSONValue {
        var metadata: [(String, JSONValue)] = []
        if let created { metadata.append(("created", JSONValue(created.wholeSecond.rfc3339))) }
        if let updated { metadata.append(("updated", JSONValue(updated.wholeSecond.rfc3339))) }
        metadata.append(("deactivated", JSONValue(status == .retired)))
        metadata.append(("versionId", JSONValue(String(ledgerSize))))
        return [
            "@context": "https://w3id.org/did-resolution/v1", "didDocument": document.json,
            "didResolutionMetadata": ["contentType": JSONValue(DIDDocument.mediaType)],
            "didDocumentMetadata": JSONValue(metadata),
        ]
    }
}
