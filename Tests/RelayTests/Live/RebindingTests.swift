import CityIdentity
import Foundation
import Ledger
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Relay

/// A name whose addresses change between one look and the next.
@Suite(.serialized) struct RebindingTests {
    private static let name = "rebinding.invalid"

    /// Connects to an origin under a name that resolves, one time after the other, to these addresses.
    private static func connect(answers: [[String]], lifetime: TimeAmount) async throws -> (results: [Bool], seen: Int)
    {
        let network = try await TestNetwork()
        let origin = try await TestOrigin()
        let left = Mutex(answers[...])
        var limits = HostResolver.Limits()
        (limits.lifetime, limits.failureLifetime) = (lifetime, .zero)
        let resolver = HostResolver(threads: .singleton, limits: limits) { name in
            #expect(name == Self.name)
            let addresses = left.withLock { $0.popFirst() } ?? []
            return try addresses.map { try SocketAddress(ipAddress: $0, port: 0) }
        }
        var configuration = GatewayConfiguration()
        (configuration.allowsPlainUpstreams, configuration.allowsPrivateUpstreams) = (true, true)
        let id = "\(TestNetwork.operatorCode)#tls"
        let identity = TLSIdentity(
            key: try network.key(id), certificateChain: try network.certificate(for: id).pem)
        let view = network.ledger.view
        let connector = UpstreamConnector(
            tls: try TLSContexts(identity: identity, allowsTLS12: false).client, configuration: configuration,
            view: { view }, clock: { Timestamp.now() }, resolver: resolver)
        let key = UpstreamPool.Key(
            origin: try UpstreamOrigin("http://\(Self.name):\(origin.port)/"),
            provider: try IdentificationCode(TestNetwork.provider))
        let limitsOfPool = configuration.limits
        var results: [Bool] = []
        for _ in answers {
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let done = eventLoop.makePromise(of: Void.self)
            eventLoop.execute {
                let pool = UpstreamPool(
                    eventLoop: eventLoop, connector: connector, limits: limitsOfPool, patience: .hours(1))
                connector.connect(to: key, on: eventLoop, pool: pool) { result in
                    if case .success(let connection) = result { connection.abort() }
                    done.completeWith(result.map { _ in () }.mapError { $0 as any Error })
                }
            }
            do {
                try await done.futureResult.get()
                results.append(true)
            } catch {
                #expect((error as? RelayError)?.code == .address)
                results.append(false)
            }
        }
        // A connection that was closed at once is heard of late.
        for _ in 0..<500 where origin.observed.connections < results.count(where: \.self) {
            try await Task.sleep(for: .milliseconds(10))
        }
        let seen = origin.observed.connections
        await origin.close()
        await network.close()
        return (results, seen)
    }

    /// The name resolves nowhere but here: what is connected to is the address that was found and asked about.
    @Test func everyAnswerIsAskedAbout() async throws {
        let (results, seen) = try await Self.connect(
            answers: [["127.0.0.1"], ["224.0.0.1"], ["0.0.0.0"], ["127.0.0.1"]], lifetime: .zero)
        #expect(results == [true, false, false, true])
        #expect(seen == 2)
    }

    @Test func oneForbiddenAddressRefusesTheName() async throws {
        let (results, seen) = try await Self.connect(
            answers: [["127.0.0.1", "224.0.0.1"], ["224.0.0.1", "127.0.0.1"], []], lifetime: .zero)
        #expect(results == [false, false, false])
        #expect(seen == 0)
    }

    /// While an answer is remembered nothing else is connected to, whatever the name says by then.
    @Test func aRememberedAnswerStays() async throws {
        let (results, seen) = try await Self.connect(
            answers: [["127.0.0.1"], ["224.0.0.1"], ["10.0.0.1"]], lifetime: .hours(1))
        #expect(results == [true, true, true])
        #expect(seen == 3)
    }
}
