import CityIdentity
import NIOCore
import NIOPosix
import Synchronization

/// Finds the addresses of origins' names, beside the event loops, and remembers them for a while.
///
/// Each city has names, lookups and a queue of its own: one that publishes thousands of origins, or names that never
/// answer, waits for itself. What is remembered are addresses; whether one may be connected to is asked each time.
final class HostResolver: Sendable {
    /// What one city may take up.
    struct Limits: Hashable, Sendable {
        /// Names remembered; the one that ends soonest gives way.
        var names = 256
        /// Lookups at once.
        var lookups = 2
        /// Names being looked up or waiting for it; more are refused.
        var waiting = 64
        var lifetime: TimeAmount = .seconds(30)
        /// How long a name that does not resolve is not asked for again.
        var failureLifetime: TimeAmount = .seconds(2)
    }

    /// Finds all addresses of a name; blocks.
    typealias Lookup = @Sendable (String) throws -> [SocketAddress]

    private struct Answer {
        let addresses: Result<[SocketAddress], RelayError>
        let end: NIODeadline
    }

    private struct City {
        var known: [String: Answer] = [:]
        /// Who waits for each name that is being looked up or stands in the queue.
        var waiting: [String: [EventLoopPromise<[SocketAddress]>]] = [:]
        var queue = CircularBuffer<String>(initialCapacity: 0)
        var lookups = 0
    }

    private enum Step {
        case done(Result<[SocketAddress], RelayError>)
        case lookUp
        case wait
    }

    private let cities = Mutex<[IdentificationCode: City]>([:])
    private let threads: NIOThreadPool
    private let limits: Limits
    private let lookup: Lookup

    init(
        threads: NIOThreadPool, limits: Limits = Limits(),
        lookup: @escaping Lookup = { try HostResolution.addresses(of: $0, port: 0) }
    ) {
        self.threads = threads
        self.limits = limits
        self.lookup = lookup
    }

    /// The addresses of a name that an origin of a city has, at least one, in the order the system's resolver prefers.
    ///
    /// Fails with `RelayError` with code `address`, or `overloaded` where too many names of the city wait.
    func addresses(
        of name: String, for city: IdentificationCode, on eventLoop: any EventLoop
    ) -> EventLoopFuture<[SocketAddress]> {
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        let now = NIODeadline.now()
        let step: Step = self.cities.withLock { cities in
            if let answer = cities[city]?.known[name], answer.end > now { return .done(answer.addresses) }
            return self.wait(for: name, promise, in: &cities[city, default: City()])
        }
        switch step {
        case .done(let result): promise.completeWith(result.mapError { $0 as any Error })
        case .lookUp: self.lookUp(name, for: city)
        case .wait: break
        }
        return promise.futureResult
    }

    private func wait(
        for name: String, _ promise: EventLoopPromise<[SocketAddress]>, in city: inout City
    ) -> Step {
        if city.waiting[name] != nil {
            city.waiting[name]?.append(promise)
            return .wait
        }
        guard city.waiting.count < self.limits.waiting else {
            return .done(.failure(RelayError(.overloaded, "too many names of the city's origins are being resolved")))
        }
        city.waiting[name] = [promise]
        guard city.lookups < self.limits.lookups else {
            city.queue.append(name)
            return .wait
        }
        city.lookups += 1
        return .lookUp
    }

    private func lookUp(_ name: String, for city: IdentificationCode) {
        self.threads.submit { state in
            guard case .active = state else {
                return self.found(.failure(RelayError(.shuttingDown, "the gateway stops")), name, city)
            }
            let result: Result<[SocketAddress], RelayError>
            do {
                let addresses = try self.lookup(name)
                result =
                    addresses.isEmpty
                    ? .failure(RelayError(.address, "the origin's name has no address")) : .success(addresses)
            } catch {
                result = .failure(
                    error as? RelayError ?? RelayError(.address, "the origin's name does not resolve", cause: error))
            }
            self.found(result, name, city)
        }
    }

    /// A lookup came out; the city's next one takes its place.
    private func found(_ result: Result<[SocketAddress], RelayError>, _ name: String, _ city: IdentificationCode) {
        let (promises, next) = self.cities.withLock { cities in
            var state = cities[city] ?? City()
            let promises = state.waiting.removeValue(forKey: name) ?? []
            self.remember(result, of: name, in: &state)
            let next = state.queue.popFirst()
            if next == nil { state.lookups -= 1 }
            cities[city] = state
            return (promises, next)
        }
        if let next { self.lookUp(next, for: city) }
        for promise in promises { promise.completeWith(result.mapError { $0 as any Error }) }
    }

    private func remember(_ result: Result<[SocketAddress], RelayError>, of name: String, in city: inout City) {
        let now = NIODeadline.now()
        city.known = city.known.filter { $0.value.end > now }
        if city.known.count >= self.limits.names, let soonest = city.known.min(by: { $0.value.end < $1.value.end }) {
            city.known[soonest.key] = nil
        }
        let isFound = if case .success = result { true } else { false }
        city.known[name] = Answer(
            addresses: result, end: now + (isFound ? self.limits.lifetime : self.limits.failureLifetime))
    }

    /// How many names are remembered of a city.
    func knownCount(of city: IdentificationCode) -> Int { self.cities.withLock { $0[city]?.known.count ?? 0 } }
}
