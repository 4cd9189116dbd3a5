import Testing

@testable import MessageSignatures
