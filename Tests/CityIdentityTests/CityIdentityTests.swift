import Testing

@testable import CityIdentity
