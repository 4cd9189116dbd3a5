import AccessReceipts
import CityIdentity
import HTTPTypes
import Ledger
import MessageSignatures
import SharingPolicy
import Synchronization

/// Decides by the head of a request alone whether an exchange may happen: well-formed, authentic, and permitted by a
/// policy in force.
///
/// Synchronous, and the same on every event loop.
final class Admission: Sendable {
    private let configuration: GatewayConfiguration
    private let view: @Sendable () -> LedgerView
    private let receipts: ReceiptStore
    /// Signs for this gateway; without it nothing may be exchanged in its name.
    private let ownKey: KeyIdentifier
    private let authenticator: RequestAuthenticator
    private let authorities: AuthorityRule
    private let responseSigner: ResponseSigner
    /// Held while a rule that counts is evaluated and its use is counted, so that two exchanges do not both get the last.
    private let counting = Mutex<Void>(())

    init(_ parts: Gateway.Parts, configuration: GatewayConfiguration, responseSigner: ResponseSigner) throws {
        self.configuration = configuration
        self.responseSigner = responseSigner
        self.view = parts.view
        self.receipts = parts.receipts
        self.ownKey = parts.exchangeKeyID
        self.authenticator = RequestAuthenticator(configuration: configuration)
        self.authorities = try AuthorityRule(
            configuration.authorities, certificateChain: parts.tls.certificateChain)
    }

    /// Nonces that were used before this gateway started.
    func recall(_ nonces: UsedNonces) async { await self.authenticator.recall(nonces) }

    /// - Parameter port: what the request's connection was accepted on.
    func admit(
        _ head: HTTPRequest, isHTTP2: Bool, port: Int?, peer: PeerKey, now: Timestamp, caches: inout LoopCaches
    ) -> Result<AuthorizedRequest, Refusal> {
        do throws(Refusal) {
            if self.receipts.anchorState(at: now).refusal != nil {
                throw Refusal(Problem(.receiptsUnavailable, retryAfter: 5))
            }
            let request = try self.check(head, isHTTP2: isHTTP2, port: port, peer: peer, caches: &caches)
            let view = self.view()
            guard view.reasonAgainstClock(now, skew: self.configuration.clockSkew) == nil else {
                throw Refusal(Problem(.clockBehind, retryAfter: 60))
            }
            guard view.activeKey(self.ownKey, for: .exchange, at: view.judged(at: now)) != nil else {
                throw Refusal(Problem(.gatewayNotActive, retryAfter: 60))
            }
            let authenticated = try self.authenticator.authenticate(request, view: view, now: now, caches: &caches)
            return .success(try self.authorize(authenticated, view: view, now: now, caches: &caches))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Form

    private func check(
        _ head: HTTPRequest, isHTTP2: Bool, port: Int?, peer: PeerKey, caches: inout LoopCaches
    ) throws(Refusal) -> UnverifiedRequest {
        let limits = self.configuration.limits
        guard let authority = head.authority, !isHTTP2 || Self.isClear(head, authority) else {
            throw Refusal(Problem(.malformedRequest, "the authority is not a host, or not the one that `Host` names"))
        }
        guard caches.accepts(authority, port: port, rule: self.authorities) else {
            throw Refusal(Problem(.misdirected))
        }
        guard let framing = ContentFraming(head, isHTTP2: isHTTP2) else {
            throw Refusal(Problem(.malformedRequest, "`Content-Length` is not a number"))
        }
        guard framing.length.map({ $0 <= limits.requestContent }) ?? true else {
            throw Refusal(Problem(.contentTooLarge))
        }
        guard head.headerFields.count <= limits.fieldCount else { throw Refusal(Problem(.headerTooLarge)) }
        guard !head.headerFields.contains(where: { HTTPField.wasRepaired($0.value) }) else {
            throw Refusal(Problem(.malformedRequest, "a field's value is not UTF-8"))
        }
        if let expectation = head.headerFields[.expect], !expectation.utf8.elementsEqual("100-continue".utf8) {
            throw Refusal(Problem(.malformedRequest, "nothing but `100-continue` can be expected"))
        }
        do {
            let target = try RequestTarget(head.path ?? "", maximumLength: limits.targetLength)
            let route = try ExchangeRoute(target) { caches.dataset($0) }
            return UnverifiedRequest(head: head, route: route, framing: framing, peer: peer)
        } catch TargetError.notAnExchange {
            throw Refusal(Problem(.notFound))
        } catch {
            throw Refusal(Problem(.malformedTarget, error.rawValue))
        }
    }

    /// Over HTTP/2 a request can say twice whom it is for (RFC 9113, section 8.3.1), and that it came over another scheme.
    private static func isClear(_ head: HTTPRequest, _ authority: String) -> Bool {
        Authority(authority[...]) != nil && (head.scheme?.utf8.elementsEqual("https".utf8) ?? false)
            && (head.headerFields[.host]?.utf8.elementsEqual(authority.utf8) ?? true)
    }

    // MARK: Policy

    private func authorize(
        _ request: AuthenticatedRequest, view: LedgerView, now: Timestamp, caches: inout LoopCaches
    ) throws(Refusal) -> AuthorizedRequest {
        let route = request.route
        let refuse = { (problem: Problem) in
            Refusal(problem).of(route, purpose: request.purpose, height: view.height).by(request)
        }
        let signatureRequests: [SignatureRequest]?
        do { signatureRequests = try self.responseSigner.requests(in: request) } catch { throw refuse(error) }
        guard let dataset = view.dataset(route.dataset) else { throw refuse(Problem(.unknownDataset)) }
        guard let action = dataset.action(method: request.head.method.rawValue, path: route.decodedRest) else {
            let methods = dataset.methods(path: route.decodedRest)
            throw refuse(
                methods.isEmpty
                    ? Problem(.notPermitted, "the dataset offers no action for this path")
                    : Problem(.methodNotAllowed, "the dataset offers no action for this method", allowed: methods))
        }
        var access = AccessRequest(
            consumer: request.consumer, dataset: route.dataset, action: action, purpose: request.purpose, time: now,
            requestSize: request.framing.isEmpty ? 0 : request.framing.length.flatMap { Int(exactly: $0) })
        let moment = view.judged(at: now)
        let policies = view.policies(for: route.dataset, at: moment)
        if policies.asksForShares {
            access.setConsumerShares(view.shares(of: request.consumer.city, with: route.provider, at: moment))
        }
        let (decision, reservations) = self.decide(access, of: request, policies: policies, now: now)
        guard decision.isPermit else {
            var refusal = refuse(self.denial(decision, of: access, dataset: route.dataset, policies: policies))
            refusal.action = action
            refusal.decision = Receipt.Decision(decision)
            throw refusal
        }
        guard let origin = caches.origin(dataset.origin) else {
            reservations.forEach(self.receipts.usage.cancel)
            throw refuse(Problem(.providerUnreachable))
        }
        return AuthorizedRequest(
            authenticated: request, access: access, dataset: dataset, origin: origin, action: action,
            duties: ResponseDuties(decision.duties), ledgerHeight: view.height,
            receiptDecision: Receipt.Decision(decision), signatureRequests: signatureRequests,
            reservations: reservations, metered: self.usages(of: .bytes, decision, request),
            quotas: decision.quotas.isEmpty ? [] : decision.quotaLevels(at: now))
    }

    /// What of an exchange the permissions count that permit it.
    private func usages(
        of measure: CountQuery.Measure, _ decision: Decision, _ request: AuthenticatedRequest
    ) -> [Usage] {
        decision.counting.filter { $0.measures.contains(measure) }.map {
            Usage(
                rule: $0.usageName, dataset: request.route.dataset.description, consumer: request.consumer,
                measure: measure == .uses ? .uses : .bytes)
        }
    }

    /// Whether what was permitted would be still: its key, its dataset, and a policy, uses not counted again.
    func stands(_ permit: AuthorizedRequest, view: LedgerView, now: Timestamp) -> Bool {
        let dataset = permit.dataset.identifier
        guard view.activeKey(permit.authenticated.key, for: .exchange, at: view.judged(at: now)) != nil,
            view.dataset(dataset) == permit.dataset
        else { return false }
        let moment = view.judged(at: now)
        let policies = view.policies(for: dataset, at: moment)
        var access = permit.access
        if policies.asksForShares {
            let city = permit.authenticated.consumer.city
            access.setConsumerShares(view.shares(of: city, with: dataset.provider, at: moment))
        }
        return policies.evaluate(access, EvaluationState { _ in 0 }).isPermit
    }

    /// A denial that passes with time says when (RFC 6585, section 4).
    private func denial(
        _ decision: Decision, of access: AccessRequest, dataset: DatasetIdentifier, policies: PolicySet
    ) -> Problem {
        let inquiry = QuotaInquiry(
            policies: policies, access: access, dataset: dataset.description, usage: self.receipts.usage)
        guard !decision.counts.isEmpty, let (retryAfter, quotas) = inquiry.exhausted() else {
            return Problem(.notPermitted, decision.summary)
        }
        return Problem(.quotaExceeded, decision.summary, retryAfter: Int(retryAfter), quotas: quotas)
    }

    private func decide(
        _ access: AccessRequest, of request: AuthenticatedRequest, policies: PolicySet, now: Timestamp
    ) -> (Decision, [UsageReservation]) {
        let usage = self.receipts.usage
        let name = request.route.dataset.description
        let state = EvaluationState { query in
            usage.count(query, dataset: name, since: query.since ?? .earliest)
        }
        let decision = policies.evaluate(access, state)
        guard decision.isCounted else { return (decision, []) }
        return self.counting.withLock { _ in
            let decision = policies.evaluate(access, state)
            // In the meantime a count may be used up.
            return (decision, self.usages(of: .uses, decision, request).map { usage.reserve($0, at: now) })
        }
    }
}

extension CountingRule {
    /// The rule's name among all policies of a network.
    fileprivate var usageName: String { "\(self.policy)/\(self.rule)" }
}
