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
                let submission = try await node.submit(try transaction.signed(by: key))
                if let reason = submission.noop {
                    throw CommandError(.denied, "the ledger recorded it without effect: \(reason.printable)")
                }
                return (submission, id)
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
