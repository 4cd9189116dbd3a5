/// Which fields are structured fields and of what type, as the `sf` parameter needs to know (RFC 9421 section 2.1.1).
public struct StructuredFieldTypes: Sendable {
    /// The three types a field can have (RFC 9651 section 3).
    public enum FieldType: Sendable, Hashable {
        /// Members in order.
        case list
        /// Members in order, each with a key.
        case dictionary
        /// One value.
        case item
    }

    private var types: [String: FieldType]

    /// The fields the IANA field name registry marks as structured.
    public static let registered = StructuredFieldTypes(types: registry)

    /// Gets or sets the type of a field, named in lower case; nil for one that is not structured or not known.
    public subscript(name: String) -> FieldType? {
        get { types[name] }
        set { types[name] = newValue }
    }

    private static let registry: [String: FieldType] = {
        var types: [String: FieldType] = [:]
        for name in [
            "accept-ch", "accept-query", "cache-groups", "cache-group-invalidation",
            "cache-status", "client-cert-chain", "critical-ch", "proxy-status", "sec-ch-ua",
            "sec-ch-ua-full-version-list",
        ] { types[name] = .list }
        for name in [
            "accept-signature", "cdn-cache-control", "content-digest", "integrity-policy",
            "integrity-policy-report-only", "no-vary-search", "permissions-policy", "priority", "repr-digest",
            "reporting-endpoints", "signature", "signature-input", "use-as-dictionary", "want-content-digest",
            "want-repr-digest",
        ] { types[name] = .dictionary }
        for name in [
            "available-dictionary", "capsule-protocol", "client-cert", "cross-origin-embedder-policy",
            "cross-origin-embedder-policy-report-only", "cross-origin-opener-policy",
            "cross-origin-opener-policy-report-only", "deprecation", "dictionary-id",
            "incremental", "origin-agent-cluster", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-gpc",
            "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user",
        ] { types[name] = .item }
        return types
    }()
}
