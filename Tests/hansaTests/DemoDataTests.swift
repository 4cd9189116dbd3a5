import Foundation
import SharingPolicy
import Testing

@testable import hansa

/// The program is one file: what the demonstration serves is inside it, byte for byte.
@Suite struct DemoDataTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(
        arguments: [
            "Sources/DemoData/seattle-weather.csv", "Sources/DemoData/sf-temps.csv",
        ] + DemoCity.all.flatMap(\.policies).map { "Policies/" + $0 })
    func filesAreCarriedByteForByte(path: String) throws {
        let url = Self.root.appendingPathComponent(path)
        #expect(try CityData.file(url.lastPathComponent) == Array(try Data(contentsOf: url)))
    }

    @Test func whatIsNotCarriedIsNamed() {
        let error = #expect(throws: CommandError.self) { try CityData.file("nothing.csv") }
        #expect(error?.message.contains("nothing.csv") == true)
    }

    @Test func tablesHaveRows() throws {
        let data = try CityData()
        #expect(data.divisions.count > 300 && data.weather.count > 1000)
        #expect(data.divisions.contains { $0[0] == "1301" && $0[2] == "石家庄市" })
    }
}
