/// Every parser that reads bytes from outside, by name: one libFuzzer target each.
///
/// `Scripts/fuzz NAME` runs one; `FuzzTests` replays what was found, and random bytes, in every test run.
package enum FuzzTargets {
    package static let all: [String: @Sendable ([UInt8]) -> Void] = [
        "json": FuzzJSON.run
    ]
}
