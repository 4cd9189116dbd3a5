import Foundation
import StrictJSON

extension DemoScript {
    func permitted() async {
        await stage.step(
            "A permitted exchange",
            "Seattle asks Shijiazhuang for one division, for research. A policy permits that, so the data comes through."
        ) {
            let file = place.file("division.json")
            let answer = try await network.hansa(
                ["fetch", "MA.156.1301/divisions/divisions/1301", "--purpose", "research", "--output", file, "--json"],
                home: home(.seattle))
            let text = try InputFile.text(file)
            stage.answer(text)
            let proof = try JSONValue(parsing: Array(answer.output.utf8))
            try require(text.contains("石家庄市"), "the division's name is not in the answer")
            try require(proof["digest"]?.string == "verified", "the digest was not verified")
            try require(proof["signature"]?.string == "verified", "the gateway's signature was not verified")
            return
                "Seattle has the row; its digest and the gateway's signature hold; receipt \(proof["receipt"]?.string ?? "")"
        }
    }

    func redacted() async {
        await stage.step(
            "An exchange with fields taken out",
            "Shijiazhuang reads Seattle's weather. The policy makes the gateway take the wind out of every record."
        ) {
            let file = place.file("weather.json")
            try await network.hansa(
                ["fetch", "MA.840.5363000/weather/daily?month=2015-12", "--purpose", "planning", "--output", file],
                home: home(.shijiazhuang))
            let text = try InputFile.text(file)
            stage.answer(text.replacing("},", with: "},\n"), lines: 3)
            let days = try JSONValue(parsing: Array(text.utf8)).array ?? []
            let original = try CityData().seattle(
                OriginRequest(
                    method: "GET", path: "/daily", query: ["month": "2015-12"], consumer: nil, purpose: nil, content: []
                ))
            let source = try JSONValue(parsing: Array(original.content.bytes(from: 0, limit: 1 << 20))).array ?? []
            try require(source.allSatisfy { $0["wind"] != nil }, "Seattle's own records have no wind")
            try require(
                days.count == 31 && days.allSatisfy { $0["temperatureMax"] != nil }, "the records are not whole")
            try require(days.allSatisfy { $0["wind"] == nil }, "the wind is still in the records")
            return "31 records came through, each without its field `wind`, which Seattle's server does send"
        }
    }

    func denied() async {
        await stage.step(
            "A denial with its reason",
            "Seattle asks Shijiazhuang for the same division, this time for advertising. The policy is for research."
        ) {
            let answer = try await network.hansa(
                [
                    "fetch", "MA.156.1301/divisions/divisions/1301", "--purpose", "advertising", "--output",
                    place.file("refused.json"),
                ], home: home(.seattle), expecting: .denied)
            stage.answer(answer.error)
            try require(answer.error.contains("purpose"), "the reason does not name the purpose")
            try require(!FileManager.default.fileExists(atPath: place.file("refused.json")), "something was written")
            return "the gateway refused and said why; the denial has a receipt too"
        }
    }

    func replayed() async {
        await stage.step(
            "A replay",
            "Seattle's signed request is sent a second time, byte for byte, as someone who overheard it would."
        ) {
            let seattle = try await participant(.seattle)
            let request = try seattle.signer.sign(
                ExchangeRequest(target: "/exchange/MA.156.1301/divisions/divisions/1101", purpose: "research"))
            let first = try await exchange(request, as: seattle)
            try require(first.result.status == 200, "the first request was answered with \(first.result.status)")
            let second = try await exchange(request, as: seattle)
            let type = second.problem?["type"]?.string ?? "no problem type"
            stage.answer("first: \(first.result.status), second: \(second.result.status) \(type)")
            try require(
                second.result.status == 401 && type == "urn:hansa:problem:replayed", "the replay was not refused")
            return "the first was answered, the second refused"
        }
    }

    func unknownCertificate() async {
        await stage.step(
            "An unknown certificate",
            "Someone makes a certificate that says Seattle, with a key of their own that is not on the ledger."
        ) {
            let impostor = place.home("impostor")
            let seattle = DemoCity.seattle
            try await network.hansa(
                ["key", "generate", "tls", "exchange", "--code", seattle.code, "--ip-address", "127.0.0.1"],
                home: impostor)
            try await network.hansa(
                [
                    "network", "join", "--code", seattle.code, "--node", network.publicURL, "--gateway-certificate",
                    place.node.certificatePath("tls-1"),
                ], home: impostor)
            let profile = try await Profile(home: impostor, flags: [:], environment: [:])
            let stranger = try await Participant(profile: profile, exchangeKey: nil, tlsKey: nil)
            let request = try stranger.signer.sign(
                ExchangeRequest(target: "/exchange/MA.156.1301/divisions/divisions/1301", purpose: "research"))
            stage.answer(try await refusal(of: request, as: stranger))
            return "the TLS handshake was refused; not one byte of HTTP was exchanged"
        }
    }
}
