import Testing

@testable import AccessReceipts
