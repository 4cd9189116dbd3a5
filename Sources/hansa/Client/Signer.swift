import CityIdentity
import Ledger
import StrictJSON

/// Signs transactions with one of a home's keys and hands them to its node.
struct Signer {
    let profile: Profile
    let node: NodeClient

    /// Signs a transaction and waits until it stands on the ledger.
    ///
    /// - Throws: `CommandError` with the status `denied` where the node refused it, or the ledger recorded it without effect.
    func submit(
        _ body: Transaction.Body, key keyName: String?, for purposes: [KeyPurpose]
    ) async throws -> (submission: NodeClient.Submission, signer: KeyIdentifier) {
        let (submission, signer) = try await signed(body, key: keyName, for: purposes) { try await node.submit($0) }
        if let reason = submission.noop {
            throw CommandError(.denied, "the ledger recorded it without effect: \(reason.printable)")
        }
        return (submission, signer)
    }

    /// Signs a transaction and asks whether it would be refused; nothing is recorded.
    ///
    /// - Throws: `CommandError` with the status `denied` where it would.
    func foresee(_ body: Transaction.Body, key keyName: String?, for purposes: [KeyPurpose]) async throws {
        _ = try await signed(body, key: keyName, for: purposes) { try await node.foresee($0) }
    }

    /// Does something with a signed transaction, and again with another where one of the same key came first.
    private func signed<Result>(
        _ body: Transaction.Body, key keyName: String?, for purposes: [KeyPurpose],
        _ work: ([UInt8]) async throws -> Result
    ) async throws -> (Result, KeyIdentifier) {
        let code = try profile.code()
        let (name, key) = try await profile.home.key(named: keyName, for: purposes, of: code, node: node)
        let id = try KeyIdentifier(code: code, name: name)
        let network = try await networkName()
        let genesis = try profile.genesis()
        for _ in 0..<5 {
            let transaction = Transaction(
                network: network, genesis: genesis, signer: id, sequence: try await node.nextSequence(of: id),
                time: .now(), body: body)
            do {
                return (try await work(try transaction.signed(by: key)), id)
            } catch is NodeClient.Overtaken {
                continue
            }
        }
        throw CommandError(.denied, "other transactions of `\(id)` kept coming first")
    }

    private func networkName() async throws -> String {
        if let network = profile.network { return network }
        guard let name = try await node.json("/network")["network"]?.string else {
            throw CommandError(.failure, "the node does not say the network's name")
        }
        return name
    }
}
