import CLibFuzzer
import FuzzTargets
import Glibc

/// libFuzzer around the target that `HANSA_FUZZ_TARGET` names; takes libFuzzer's own options.
@main
enum FuzzRunner {
    private static let target: @Sendable ([UInt8]) -> Void = {
        let name = getenv("HANSA_FUZZ_TARGET").map { String(cString: $0) } ?? ""
        if let target = FuzzTargets.all[name] { return target }
        print("HANSA_FUZZ_TARGET must name a target: \(FuzzTargets.all.keys.sorted().joined(separator: " "))")
        exit(2)
    }()

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { start, count in
                FuzzRunner.target(Array(UnsafeBufferPointer(start: start, count: count)))
                return 0
            })
    }
}
