import StrictJSON

/// The nodes of a document that is a graph, as processors of JSON-LD flatten it: things by their names, each once.
struct NodeGraph {
    /// What is said of each thing, and where.
    fileprivate var nodes: [(name: IRI, value: JSONValue, path: String)] = []
    fileprivate var positions: [IRI: Int] = [:]

    /// The nodes that something has been read from.
    fileprivate var read: Set<Int> = []

    /// How many more times a name is followed: what is named in many places is read in each.
    fileprivate var budget = 10_000

    var isEmpty: Bool { nodes.isEmpty }
}

extension PolicyReader {
    /// The policy of a document and where it stands: the document itself, or of a graph the one node that is a policy.
    mutating func root(of document: JSONObject) -> (policy: JSONObject, path: String) {
        guard let member = document["@graph"] else { return (document, "") }
        for name in document.names where name != "@context" && name != "@graph" {
            problem("/" + Self.escaped(name), "a graph has a name or members of its own", expected: "`@graph` alone")
            clash = clash ?? "its graph has a name or members of its own"
        }
        var policies: [(policy: JSONObject, path: String)] = []
        for (value, path) in list((member, "/@graph")) {
            guard let object = value.object else {
                problem(path, "not a node", expected: "an object")
                clash = clash ?? "its graph holds something that is no node"
                continue
            }
            if isPolicy(object) {
                policies.append((object, path))
            } else if let text = (object["@id"] ?? object["uid"])?.string, let name = nodeName(text) {
                if graph.positions.updateValue(graph.nodes.count, forKey: name) != nil {
                    problem(path, "the graph has `\(name)` twice", expected: "one node for each name")
                    clash = clash ?? "`\(PolicyError.excerpt(name.text))` is two different things"
                }
                graph.nodes.append((name, value, path))
            } else {
                problem(path, "a node that nothing can refer to", expected: "its `@id`")
                clash = clash ?? "its graph says something of what has no name"
            }
        }
        if policies.count == 1, policies[0].policy["@context"] == nil { return policies[0] }
        problem(
            "/@graph", policies.count == 1 ? "the policy has a context of its own" : "\(policies.count) policies",
            expected: "one policy, under the context of the document")
        clash = clash ?? "its graph is not one policy"
        return (JSONObject(), "/@graph")
    }

    private func isPolicy(_ object: JSONObject) -> Bool {
        object.members.contains { name, value in
            switch names.property(name) {
            case "permission", "prohibition", "obligation": true
            case "type":
                list((value, "")).contains {
                    let type = names.property($0.value.string ?? "")
                    return type == "Policy" || Policy.Kind(rawValue: type) != nil
                }
            default: false
            }
        }
    }

    /// What a graph says of the thing that a value names; the value itself where it is no name or the graph says nothing.
    mutating func node(_ element: (value: JSONValue, path: String)) -> (value: JSONValue, path: String) {
        guard !graph.nodes.isEmpty, let name = termText(element.value).flatMap(nodeName),
            let position = graph.positions[name], graph.budget > 0
        else { return element }
        graph.budget -= 1
        graph.read.insert(position)
        return (graph.nodes[position].value, graph.nodes[position].path)
    }

    /// The same for each of the elements of a member.
    mutating func nodes(_ member: (value: JSONValue, path: String)) -> (value: JSONValue, path: String) {
        guard !graph.isEmpty else { return member }
        let elements = list(member).map { node($0) }
        return elements.count == 1 ? elements[0] : (.array(elements.map(\.value)), member.path)
    }

    /// The name of a node; in a graph what has none is called `_:b0` or like it.
    private func nodeName(_ text: String) -> IRI? { Self.isBlank(text) ? IRI(text) : names.identifier(text) }

    /// Whether a name is one that a processor made up for what has none.
    static func isBlank(_ text: String) -> Bool { text.utf8.starts(with: "_:".utf8) }

    /// Reads what no rule names: assets and parties, for what they are part of.
    ///
    /// Anything else refuses the policy.
    mutating func readRest() {
        for (position, node) in graph.nodes.enumerated() where !graph.read.contains(position) {
            let members = Set((node.value.object?.names ?? []).map(names.property))
            guard members.isSubset(of: Self.referenceProperties), members.contains("partOf") else {
                problem(node.path, "the policy does not name `\(node.name)`", expected: "what belongs to the policy")
                clash = clash ?? "it says something of what it does not name"
                continue
            }
            _ = targets((node.value, node.path))
        }
    }
}
