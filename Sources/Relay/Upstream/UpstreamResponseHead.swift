package import HTTPTypes

/// The head of a provider's response, its fields as they were sent.
package struct UpstreamResponseHead {
    package let status: Int
    package let fields: HTTPFields
    /// What else than `keep-alive` the field `Connection` names, in lower case.
    package let nominated: Set<String>
    /// What `Content-Length` says, if it is there.
    package let length: Int64?
    /// The connection may serve after it.
    package let keepsAlive: Bool
}

/// What is wrong with what a provider's system sent.
package enum HTTP1ResponseError: String, Error, Hashable {
    case unasked = "it sent something that it was not asked for"
    case malformedLine = "a line of its response is malformed"
    case malformedField = "a field of its response is malformed"
    case malformedChunk = "a chunk of its response is malformed"
    case headerTooLarge = "the header of its response is too large"
    case unclearEnd = "it is not clear where its response ends"
}
