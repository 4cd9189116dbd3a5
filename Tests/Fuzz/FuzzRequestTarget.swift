import Relay

/// What is accepted is accepted again as it stands, and holds nothing that two readers could understand differently.
enum FuzzRequestTarget {
    static func run(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), let target = try? RequestTarget(text) else { return }
        precondition(target.path.utf8.first == UInt8(ascii: "/"), "the path is not absolute")
        let segments = target.decodedPath.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        precondition(!segments.contains { $0.elementsEqual("..".utf8) || $0.elementsEqual(".".utf8) }, "a dot segment")
        precondition(!segments.dropFirst().dropLast().contains { $0.isEmpty }, "an empty segment")
        precondition(!target.decodedPath.utf8.contains { $0 < 0x20 || $0 == 0x5C || $0 == 0x7F }, "a forbidden byte")
        let written = target.query.map { "\(target.path)?\($0)" } ?? target.path
        precondition(written.utf8.elementsEqual(text.utf8), "what was accepted is not what was sent")
        if let route = try? ExchangeRoute(target) {
            precondition(route.decodedRest.utf8.first == UInt8(ascii: "/"), "the rest is not absolute")
        }
        _ = try? UpstreamOrigin(text)
    }
}
