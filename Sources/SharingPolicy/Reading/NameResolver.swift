import CityIdentity
import StrictJSON

/// Expands the names a document uses into IRIs by its context.
struct NameResolver {
    private var prefixes = Namespace.prefixes

    /// Whether short forms of codes and datasets stand for their DIDs; only YAML has them, in JSON-LD they would be
    /// relative IRIs to every other reader.
    let takesShortCodes: Bool

    init(format: Policy.Format) { takesShortCodes = format == .yaml }

    /// The contexts whose terms are known here.
    static let contexts: Set<String> = [
        "http://www.w3.org/ns/odrl.jsonld", "https://www.w3.org/ns/odrl.jsonld", "urn:hansa:policy",
    ]

    /// Declares a prefix; says whether it may be declared so.
    mutating func declare(_ prefix: String, as namespace: String) -> Bool {
        let bytes = prefix.utf8
        let isName = bytes.allSatisfy {
            ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D
        }
        guard isName, !bytes.isEmpty, IRI(namespace).isAbsolute else { return false }
        if let known = prefixes[prefix] { return known.utf8.elementsEqual(namespace.utf8) }
        prefixes[prefix] = namespace
        return true
    }

    /// The name of a term: bare words are looked up in `terms` (ODRL, then Hansa); `nil` where it is none.
    func term(_ text: String, isTerm: (IRI) -> Bool) -> IRI? {
        guard !text.utf8.contains(UInt8(ascii: ":")) else {
            let iri = expanded(text)
            return iri.isAbsolute ? iri : nil
        }
        return [Namespace.odrl, Namespace.hansa].lazy.map { IRI($0 + text) }.first(where: isTerm)
    }

    /// The IRI of an asset, party or policy; `nil` where the text is none.
    func identifier(_ text: String) -> IRI? {
        if takesShortCodes, let code = shortCode(text) { return code }
        let iri = expanded(text)
        return iri.isAbsolute && text.utf8.count <= 2048 ? iri : nil
    }

    private func shortCode(_ text: String) -> IRI? {
        guard text.utf8.starts(with: "MA.".utf8) else { return nil }
        if let code = try? IdentificationCode(text) { return IRI(code.did) }
        if let path = CodePath(text) { return IRI("did:ma:" + path.text.dropFirst(3)) }
        return (try? DatasetIdentifier(text))?.iri
    }

    /// Replaces a declared prefix; text without one stays.
    func expanded(_ text: String) -> IRI {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return IRI(text) }
        let local = text[text.utf8.index(after: colon)...]
        guard !local.utf8.starts(with: "//".utf8), let namespace = prefixes[String(text[..<colon])] else {
            return IRI(text)
        }
        return IRI(namespace + local)
    }

    /// The name of a member without ODRL's namespace: `odrl:permission` as `permission`.
    static func property(_ name: String) -> String {
        for term in ["replaces", "isReplacedBy"]
        where ["dc:", "dct:", "dcterms:", Namespace.terms].contains(where: { name.utf8.elementsEqual(($0 + term).utf8) }
        ) {
            return term
        }
        for prefix in ["odrl:", Namespace.odrl] where name.utf8.starts(with: prefix.utf8) {
            return String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        }
        switch name {
        case "@id", "id": return "uid"
        case "@type": return "type"
        default: return name
        }
    }

    /// Whether a member only describes, for people, and changes nothing.
    static func isDescription(_ name: String) -> Bool {
        if [
            "title", "description", "name", "comment", "label", "creator", "issued", "modified", "publisher",
            "coverage",
            "created", "language",
        ].contains(name) {
            return true
        }
        return ["dc:", "dct:", "dcterms:", "rdfs:", "skos:", "schema:", "foaf:", "vcard:"].contains {
            name.utf8.starts(with: $0.utf8)
        }
    }
}
