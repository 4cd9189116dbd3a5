import Testing

@testable import hansa
