/// What a witness answers over HTTP (tlog-witness, HTTP Interface).
public struct WitnessResponse: Sendable, Hashable {
    /// The HTTP status.
    public let status: Int
    /// The media type of the body.
    public let contentType: String
    /// The body: signature lines, a size, a checkpoint, or a sentence for people.
    public let body: [UInt8]

    static func success(_ body: [UInt8]) -> WitnessResponse {
        WitnessResponse(status: 200, contentType: "text/plain; charset=utf-8", body: body)
    }

    static func conflict(size: UInt64) -> WitnessResponse {
        WitnessResponse(status: 409, contentType: "text/x.tlog.size", body: [UInt8]("\(size)\n".utf8))
    }

    static func refusal(_ status: Int, _ sentence: String) -> WitnessResponse {
        WitnessResponse(status: status, contentType: "text/plain; charset=utf-8", body: [UInt8]("\(sentence)\n".utf8))
    }
}
