import CityIdentity
import StrictJSON

/// Expands the names a document uses into IRIs by its context.
struct NameResolver {
    private var prefixes = Namespace.prefixes

    /// The schemes of the namespaces that the document declares; none of them may be a prefix too.
    private var schemes: Set<String> = []

    /// Whether short forms of codes and datasets stand for their DIDs; only YAML has them, in JSON-LD they would be
    /// relative IRIs to every other reader.
    let takesShortCodes: Bool

    init(format: Policy.Format) { takesShortCodes = format == .yaml }

    /// ODRL's own context, of which a document in JSON-LD needs one.
    static let odrlContexts: Set<String> = ["http://www.w3.org/ns/odrl.jsonld", "https://www.w3.org/ns/odrl.jsonld"]

    /// The contexts whose terms are known here.
    static let contexts = odrlContexts.union(["urn:hansa:policy"])

    /// Declares a prefix; says whether it may be declared so.
    ///
    /// A name with a meaning of its own may not, since in JSON-LD it would lose that meaning; nor may what JSON-LD 1.1 takes
    /// for no prefix: a namespace without a delimiter at its end, or one that itself begins with a prefix.
    mutating func declare(_ prefix: String, as namespace: String) -> Bool {
        let bytes = prefix.utf8
        let isName = bytes.allSatisfy {
            ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D
        }
        guard isName, !bytes.isEmpty, !Self.reserved.contains(prefix), let last = namespace.utf8.last,
            ":/?#[]@".utf8.contains(last), IRI(namespace + "x").isAbsolute
        else { return false }
        let isElements = prefix == "dc" && namespace == Namespace.elements
        if !isElements, let known = prefixes[prefix] { return known.utf8.elementsEqual(namespace.utf8) }
        let scheme = String(namespace.prefix { $0 != ":" })
        guard !schemes.contains(prefix), prefixes[scheme] == nil, prefix != scheme else { return false }
        schemes.insert(scheme)
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

    /// What an identifier looks like, for somebody who wrote something else.
    func example(of what: String) -> String {
        switch (what, takesShortCodes) {
        case ("an asset", true): "a dataset, as `MA.156.1301/air-quality`, or an absolute IRI"
        case ("an asset", false): "a dataset, as `did:ma:156.1301/air-quality`, or another absolute IRI"
        case ("a party", true): "a code, as `MA.156.1301`, or an absolute IRI"
        case ("a party", false): "a code, as `did:ma:156.1301`, or another absolute IRI"
        default: "an absolute IRI, as `urn:example:policies:air-quality`"
        }
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

    /// The name of a member, type or other term without ODRL's namespace: `odrl:permission` as `permission`.
    func property(_ name: String) -> String {
        switch name {
        case "@id", "id": return "uid"
        case "@type": return "type"
        default: break
        }
        guard name.utf8.contains(UInt8(ascii: ":")) else { return name }
        let text = expanded(name).text
        for term in ["replaces", "isReplacedBy"] where text.utf8.elementsEqual((Namespace.terms + term).utf8) {
            return term
        }
        if text.utf8.elementsEqual((Namespace.rdf + "value").utf8) { return "rdf:value" }
        guard text.utf8.starts(with: Namespace.odrl.utf8) else { return name }
        let local = String(decoding: text.utf8.dropFirst(Namespace.odrl.utf8.count), as: UTF8.self)
        // In ODRL's namespace there is none of these but by another name.
        let isKeyword = local.utf8.first == UInt8(ascii: "@")
        return isKeyword || ["type", "value", "replaces", "isReplacedBy"].contains(local) ? name : local
    }

    /// Whether a member only describes, for people, and changes nothing.
    func isDescription(_ name: String) -> Bool {
        guard name.utf8.contains(UInt8(ascii: ":")) else { return Self.descriptions.contains(name) }
        let text = expanded(name).text
        return Namespace.descriptive.contains { text.utf8.starts(with: $0.utf8) }
    }

    /// Whether a value of such a member holds nothing else: text, numbers, names, text by language, and objects of what only
    /// describes.
    func isDescription(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number, .string: true
        case .array(let elements): elements.allSatisfy(isDescription)
        case .object(let object):
            object.members.allSatisfy { name, value in
                switch name {
                case "@id", "uid", "@value", "@language", "@set", "@list": isDescription(value)
                case "@type", "type": (value.array ?? [value]).allSatisfy { $0.string.map(isForeign) ?? false }
                default:
                    Self.isLanguage(name)
                        ? (value.array ?? [value]).allSatisfy { $0.string != nil }
                        : isDescription(name) && property(name) == name && isDescription(value)
                }
            }
        }
    }

    /// Whether a term is of another vocabulary than ODRL's.
    func isForeign(_ name: String) -> Bool {
        name.utf8.contains(UInt8(ascii: ":")) && !expanded(name).text.utf8.starts(with: Namespace.odrl.utf8)
    }

    /// Whether a name is a tag of BCP 47 such as `en` or `zh-Hans`, and no term.
    private static func isLanguage(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isWord = { (part: Substring.UTF8View.SubSequence) in
            part.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || ($0 >= 0x30 && $0 <= 0x39) }
        }
        return (2...3).contains(parts[0].count) && parts.allSatisfy { (1...8).contains($0.count) && isWord($0) }
            && !reserved.contains(name)
    }
}
