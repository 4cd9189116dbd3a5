// What an exchange's machine is told and what it says.
extension ExchangeMachine {
    /// How the request's content is passed on.
    package enum Upload: Hashable, Sendable { case none, gathered, streamed }

    /// What may happen with the response once its head is known.
    package enum ResponsePlan: Hashable, Sendable {
        /// Gather it and send it behind one receipt, unless it grows over the limit.
        case gather
        /// Gather it as duties leave it; nothing of it is sent before something was found that each of them names.
        case transform
        /// Stream it between an opening and a closing receipt.
        case stream
    }

    /// What the owner has to do, in the order of the bits.
    package struct Actions: OptionSet, Hashable, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Give the provider's connection up; it cannot be used again.
        package static let abortUpstream = Actions(rawValue: 1 << 0)
        /// Append the opening receipt.
        package static let appendOpening = Actions(rawValue: 1 << 1)
        /// Get a connection to the provider's system.
        package static let openUpstream = Actions(rawValue: 1 << 2)
        /// Pass the request's head on.
        package static let sendHead = Actions(rawValue: 1 << 3)
        /// Pass the gathered content and the request's end on.
        package static let sendEnd = Actions(rawValue: 1 << 4)
        /// Send the response's head.
        package static let sendResponseHead = Actions(rawValue: 1 << 5)
        /// Send what is there of the response's content.
        package static let sendResponseContent = Actions(rawValue: 1 << 6)
        /// Append the last receipt: closing where there is an opening one, single otherwise.
        package static let appendFinal = Actions(rawValue: 1 << 7)
        /// Send the response's end.
        package static let sendResponseEnd = Actions(rawValue: 1 << 8)
        /// Send the refusal as the response.
        package static let sendProblem = Actions(rawValue: 1 << 9)
        /// Break the response off so that the consumer sees it is not whole.
        package static let abortResponse = Actions(rawValue: 1 << 10)
        /// Nothing follows.
        package static let finish = Actions(rawValue: 1 << 11)
    }
}
