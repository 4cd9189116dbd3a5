/// The actions of the ODRL vocabulary (section 4.4) and what each is included in.
///
/// A rule for an action covers every action included in it: a permission to `use` covers `read`, none to `sell`.
package enum ActionVocabulary {
    private static let includedInUse = [
        "acceptTracking", "aggregate", "annotate", "anonymize", "archive", "attribute", "compensate", "concurrentUse",
        "delete", "derive", "digitize", "distribute", "ensureExclusivity", "execute", "grantUse", "include", "index",
        "inform", "install", "modify", "move", "nextPolicy", "obtainConsent", "play", "present", "print", "read",
        "reproduce", "reviewPolicy", "stream", "synchronize", "textToSpeech", "transform", "translate", "uninstall",
        "watermark",
    ]
    private static let creativeCommons = [
        "Attribution", "CommercialUse", "DerivativeWorks", "Distribution", "Notice", "Reproduction", "ShareAlike",
        "Sharing", "SourceCode",
    ]

    package static let use = IRI(Namespace.odrl + "use")
    package static let transfer = IRI(Namespace.odrl + "transfer")

    /// What each action is directly included in; the two at the top are absent.
    static let parents: [IRI: IRI] = {
        var parents: [IRI: IRI] = [:]
        for name in includedInUse { parents[IRI(Namespace.odrl + name)] = use }
        for name in creativeCommons { parents[IRI(Namespace.creativeCommons + name)] = use }
        for (name, parent) in [
            ("display", "play"), ("extract", "reproduce"), ("give", "transfer"), ("sell", "transfer"),
        ] {
            parents[IRI(Namespace.odrl + name)] = IRI(Namespace.odrl + parent)
        }
        return parents
    }()

    /// Deprecated actions and the one the vocabulary says matches each exactly.
    static let successors: [IRI: IRI] = Dictionary(
        uniqueKeysWithValues: [
            ("append", "modify"), ("appendTo", "modify"), ("write", "modify"), ("writeTo", "modify"),
            ("copy", "reproduce"), ("export", "transform"), ("license", "grantUse"), ("pay", "compensate"),
        ].map { (IRI(Namespace.odrl + $0), IRI(Namespace.odrl + $1)) }
            + [
                ("attachPolicy", "Notice"), ("attachSource", "SourceCode"), ("shareAlike", "ShareAlike"),
                ("commercialize", "CommercialUse"), ("share", "Sharing"),
            ].map { (IRI(Namespace.odrl + $0), IRI(Namespace.creativeCommons + $1)) })

    /// Every action by its canonical name, those that exchanges mostly ask for first.
    package static let all: [IRI] = {
        let usual = ["read", "modify", "delete", "aggregate", "derive", "distribute"].map { IRI(Namespace.odrl + $0) }
        return usual + (Array(parents.keys) + [use, transfer]).filter { !usual.contains($0) }.sorted()
    }()

    /// The action itself, or the one that a deprecated name stands for.
    package static func canonical(_ action: IRI) -> IRI { successors[action] ?? action }

    /// Whether the vocabulary has the action.
    package static func knows(_ action: IRI) -> Bool {
        let action = canonical(action)
        return action == use || action == transfer || parents[action] != nil
    }

    /// The lineage of an action by its short name of ODRL; the quick way for what requests mostly say.
    static func lineage(ofShort name: String) -> [IRI]? { shortLineages[name] }

    private static let shortLineages: [String: [IRI]] = Dictionary(
        uniqueKeysWithValues: lineages.compactMap { action, line in
            action.text.utf8.starts(with: Namespace.odrl.utf8)
                ? (String(decoding: action.text.utf8.dropFirst(Namespace.odrl.utf8.count), as: UTF8.self), line) : nil
        })

    /// The IRI of an action by its short name of ODRL, its prefixed name or its IRI.
    package static func name(of text: String) -> IRI {
        let names = NameResolver(format: .jsonld)
        return text.utf8.contains(UInt8(ascii: ":")) ? names.expanded(text) : IRI(Namespace.odrl + text)
    }

    /// The action and all it is included in, nearest first; canonical names.
    package static func lineage(of action: IRI) -> [IRI] {
        if let known = lineages[action] { return known }
        return [canonical(action)]
    }

    private static let lineages: [IRI: [IRI]] = {
        var lineages: [IRI: [IRI]] = [:]
        for action in [use, transfer] + parents.keys + successors.keys {
            var line = [canonical(action)]
            while let parent = parents[line[line.count - 1]] { line.append(parent) }
            lineages[action] = line
        }
        return lineages
    }()
}
