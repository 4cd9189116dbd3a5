import Foundation
import StrictJSON

extension DemoScript {
    func receipts() async {
        await stage.step(
            "The receipts", "Every exchange left one, permitted or denied, written before the first byte of its answer."
        ) {
            let answer = try await network.hansa(["receipts", "list", "--directory", place.node.directory])
            stage.answer(answer.output, lines: 12)
            let denied = try await network.hansa(
                ["receipts", "list", "--directory", place.node.directory, "--outcome", "deny", "--json"])
            let denials = try JSONValue(parsing: Array(denied.output.utf8))["receipts"]?.array ?? []
            try require(!denials.isEmpty, "the denial left no receipt")
            try require(answer.output.contains("opened") && answer.output.contains("closed"), "the stream left no pair")
            return "the exchanges above are all there, the denial and both ends of the long transfer included"
        }
    }

    func evidence() async {
        let file = place.file("evidence.json")
        let key = (try? await Profile(home: home(.seattle), flags: [:], environment: [:]).requiredLedgerKey()) ?? ""
        await stage.step(
            "Evidence for one receipt",
            "It is checked with no network, by someone who trusts nobody but the ledger's key."
        ) {
            let listed = try await network.hansa(
                [
                    "receipts", "list", "--directory", place.node.directory, "--outcome", "permit", "--consumer",
                    DemoCity.seattle.code, "--json",
                ])
            let receipts = try JSONValue(parsing: Array(listed.output.utf8))["receipts"]?.array ?? []
            guard let id = receipts.last?["id"]?.string else { throw Stage.Unexpected("Seattle has no receipt") }
            try await network.hansa(
                ["receipts", "export", id, "--directory", place.node.directory, "--output", file])
            let answer = try await network.hansa(["receipts", "verify", file, "--ledger-key", key])
            stage.answer(answer.output, lines: 20)
            return "the evidence for \(id) holds"
        }
        await stage.step("The same evidence with one bit flipped", "One bit of the file is changed, in its middle.") {
            guard var bytes = FileManager.default.contents(atPath: file) else {
                throw Stage.Unexpected("there is no evidence to change")
            }
            bytes[bytes.startIndex + bytes.count / 2] ^= 1
            let changed = place.file("evidence-changed.json")
            try bytes.write(to: URL(fileURLWithPath: changed))
            let answer = try await network.hansa(
                ["receipts", "verify", changed, "--ledger-key", key], expecting: .no)
            stage.answer(answer.output.split(separator: "\n").filter { !$0.hasPrefix("✓") }.joined(separator: "\n"))
            return "the changed evidence was refused"
        }
    }

    func code() async {
        let registry = place.file("registry.json")
        await stage.step(
            "A city's code, checked from paper",
            "Shijiazhuang prints its signed code as a QR code. A reader checks it offline against a checkpoint."
        ) {
            let shown = try await network.hansa(
                [
                    "code", "show", "--png", place.file("shijiazhuang.png"), "--svg", place.file("shijiazhuang.svg"),
                    "--registry", registry,
                ], home: home(.shijiazhuang))
            let text = shown.output.split(separator: "\n").last.map(String.init) ?? ""
            let answer = try await network.hansa(
                ["code", "verify", text, "--registry", registry], home: home(.seattle))
            stage.answer(answer.output, lines: 10)
            let digit = text.replacing("MA.156.1301", with: "MA.156.1302")
            try await network.hansa(
                ["code", "verify", digit, "--registry", registry], home: home(.seattle), expecting: .no)
            return "the code holds; with one digit changed it is refused"
        }
    }

    func ledger() async {
        await stage.step(
            "The ledger verified",
            "San Francisco derives the whole ledger anew from the leaves that the gateway serves, and compares."
        ) {
            let answer = try await network.hansa(["ledger", "verify"], home: home(.sanFrancisco))
            stage.answer(answer.output)
            return "every leaf, signature, rule and root holds"
        }
    }
}
