/// Why the relay could not do what it was asked.
package struct RelayError: Error, CustomStringConvertible {
    /// What kind of failure it is.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Wrapped: String {
            case configuration, address, upstream, overloaded, transport, content, shuttingDown
        }
        private let wrapped: Wrapped

        /// The configuration does not make sense.
        package static let configuration = Code(wrapped: .configuration)
        /// An origin's address may not be connected to, or does not resolve.
        package static let address = Code(wrapped: .address)
        /// The provider's system did not answer as it must.
        package static let upstream = Code(wrapped: .upstream)
        /// As many exchanges as may be wait for the provider's system.
        package static let overloaded = Code(wrapped: .overloaded)
        /// A connection failed.
        package static let transport = Code(wrapped: .transport)
        /// Content could not be transformed as a duty asks.
        package static let content = Code(wrapped: .content)
        /// The gateway is shutting down.
        package static let shuttingDown = Code(wrapped: .shuttingDown)

        package var description: String { self.wrapped.rawValue }
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        self.cause.map { "\(self.message): \($0)" } ?? self.message
    }
}
