import Testing

@testable import SharingPolicy
