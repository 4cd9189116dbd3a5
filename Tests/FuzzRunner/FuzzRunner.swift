import FuzzTargets
import Glibc

/// libFuzzer's entry: hands its input to the target that HANSA_FUZZ_TARGET names.
private let target: @Sendable ([UInt8]) -> Void = {
    let name = getenv("HANSA_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTargets.all[name] else {
        print("HANSA_FUZZ_TARGET names no target; one of: \(FuzzTargets.all.keys.sorted().joined(separator: " "))")
        exit(2)
    }
    return target
}()

/// Called by libFuzzer with one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
