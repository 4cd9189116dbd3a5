import CityIdentity
import Foundation
import NIOCore
import StrictJSON

/// What the demo shows once the network stands.
struct DemoScript: Sendable {
    let network: DemoNetwork
    let stage: Stage

    var place: DemoDirectory { network.place }

    func home(_ city: DemoCity) -> Home { place.home(city.directory) }

    func play() async {
        await permitted()
        await redacted()
        await denied()
        await replayed()
        await unknownCertificate()
        await revokedKey()
        await largeTransfer()
        await receipts()
        await evidence()
        await code()
        await ledger()
    }

    /// A participant as `hansa fetch` makes one, for what no command would do.
    func participant(_ city: DemoCity, tlsKey: String? = nil) async throws -> Participant {
        let profile = try await Profile(home: home(city), flags: [:], environment: [:])
        return try await Participant(profile: profile, exchangeKey: nil, tlsKey: tlsKey)
    }

    /// Sends a signed request on a connection of its own and takes the answer whole.
    func exchange(
        _ request: SignedExchangeRequest, as participant: Participant
    ) async throws -> (result: ExchangeResult, problem: JSONValue?) {
        let content = Collected()
        let result = try await ExchangeConnection.with(participant.address, identity: participant.identity) {
            inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            return try await ExchangeCall.run(request, content: NoContent(), inbound: &iterator, outbound: outbound) {
                _ in
                { await content.add($0) }
            }
        }
        return (result, try? JSONValue(parsing: await content.bytes))
    }

    /// How the gateway refuses a participant's key in TLS; throws where it does anything else.
    func refusal(of request: SignedExchangeRequest, as participant: Participant) async throws -> String {
        do {
            let (result, _) = try await exchange(request, as: participant)
            throw Stage.Unexpected("the gateway answered with \(result.status)")
        } catch let error as CommandError where error.cause is ExchangeConnection.Alert {
            return error.cause.map { "\(error.message): \($0)" } ?? error.message
        }
    }

    /// A small answer.
    actor Collected {
        var bytes: [UInt8] = []

        func add(_ piece: ByteBuffer) { bytes += piece.readableBytesView.prefix(1 << 20) }
    }

    func require(_ condition: Bool, _ words: @autoclosure () -> String) throws {
        if !condition { throw Stage.Unexpected(words()) }
    }
}
