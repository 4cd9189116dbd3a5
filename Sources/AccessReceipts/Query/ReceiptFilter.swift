package import CityIdentity

/// Which receipts to list; what is `nil` does not matter.
package struct ReceiptFilter: Sendable, Hashable {
    /// The earliest time.
    package var from: Timestamp?
    /// The time before which receipts must lie.
    package var to: Timestamp?
    /// The consumer, exactly that code.
    package var consumer: IdentificationCode?
    /// The provider, exactly that code.
    package var provider: IdentificationCode?
    package var dataset: String?
    package var outcome: Receipt.Decision.Outcome?

    /// Only receipts of exchanges that the consumer owes something for; see ``Receipt/isOwedFor``.
    package var isOwedFor: Bool

    package init(
        from: Timestamp? = nil, to: Timestamp? = nil, consumer: IdentificationCode? = nil,
        provider: IdentificationCode? = nil, dataset: String? = nil, outcome: Receipt.Decision.Outcome? = nil,
        isOwedFor: Bool = false
    ) {
        self.from = from
        self.to = to
        self.consumer = consumer
        self.provider = provider
        self.dataset = dataset
        self.outcome = outcome
        self.isOwedFor = isOwedFor
    }
}

/// Where the next page of a list goes on: after the receipt of this time and position.
package struct ReceiptCursor: Sendable, Hashable {
    let time: Timestamp
    let position: UInt64
}

extension ReceiptCursor: CustomStringConvertible {
    /// The cursor as text that is fit for a URL.
    package var description: String { "\(time.milliseconds)-\(position)" }

    /// Reads the text form; `nil` where it is nothing such.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let position = UInt64(parts[1]),
            position <= UInt64(Int64.max)
        else { return nil }
        self.init(time: Timestamp(milliseconds: milliseconds), position: position)
    }
}

/// One page of a list, the latest receipts first.
package struct ReceiptPage: Sendable {
    package var receipts: [StoredReceipt]
    /// Where the next page goes on; `nil` when this was the last.
    ///
    /// A page may be short, even empty, and not the last:
    /// one call looks at a bounded number of receipts.
    package var next: ReceiptCursor?
}

/// A receipt as it stands in a store.
package struct StoredReceipt: Sendable, Hashable {
    /// The index of its entry in the log.
    package let position: UInt64
    package let id: ReceiptID
    /// The entry in the log, SHA-256 over salt and receipt.
    package let entry: [UInt8]
    /// Salt and exact bytes; `nil` once the receipt is erased.
    package let content: Content?

    package struct Content: Sendable, Hashable {
        package let salt: [UInt8]
        package let bytes: [UInt8]
    }

    /// The receipt, read from its bytes; throws ``ReceiptError`` of code `erased` or `malformed`.
    package func receipt() throws(ReceiptError) -> Receipt {
        guard let content else { throw ReceiptError(.erased, "the receipt `\(id)` was erased") }
        return try Receipt(parsing: content.bytes)
    }
}
