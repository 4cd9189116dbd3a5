import CityIdentity
import NIOCore

/// A request ready to leave, in the form its protocol wants.
struct LoadRequest: Sendable {
    let method: String
    let target: String
    /// In their order, the first of them `Host`.
    let fields: [(name: String, value: String)]
    let content: ByteBuffer?
}

/// Makes the requests of one event loop, each signed with a nonce of its own, or none signed.
struct LoadRequests: Sendable {
    /// Signs as a city does; `nil` measures a server that knows nothing of signatures.
    let signer: ExchangeSigner?
    let request: ExchangeRequest
    let authority: String
    let content: ByteBuffer?
    /// Requests that were made before the clock started; the last leaves first.
    private var ready: [LoadRequest] = []

    init(signer: ExchangeSigner?, request: ExchangeRequest, authority: String, content: ByteBuffer?) {
        self.signer = signer
        self.request = request
        self.authority = authority
        self.content = content
    }

    /// Makes requests now, so that the time their signatures take is not the load generator's later.
    mutating func prepare(_ count: Int) throws {
        ready.reserveCapacity(count)
        for _ in ready.count..<max(count, ready.count) { ready.append(try make()) }
    }

    mutating func next() throws -> LoadRequest {
        if let request = ready.popLast() { return request }
        return try make()
    }

    private func make() throws -> LoadRequest {
        guard let signer else {
            var fields = [(name: "Host", value: authority)]
            if let content { fields.append(("Content-Length", String(content.readableBytes))) }
            fields += request.fields.map { (name: $0.0, value: $0.1) }
            return LoadRequest(method: request.method, target: request.target, fields: fields, content: content)
        }
        let signed = try signer.sign(request)
        return LoadRequest(method: signed.method, target: signed.target, fields: signed.fields, content: content)
    }
}
