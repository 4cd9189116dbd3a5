internal import CityIdentity
internal import StrictJSON

extension Transaction.Body {
    /// The type as the payload names it, and the body's members.
    var json: (type: String, body: JSONValue) {
        switch self {
        case .networkGenesis(let body): ("network.genesis", body.json)
        case .identityApply(let body): ("identity.apply", body.json)
        case .identityApprove(let body): ("identity.approve", body.json)
        case .identityReject(let body): ("identity.reject", body.json)
        case .identityDelegate(let body): ("identity.delegate", body.json)
        case .identityUpdate(let body): ("identity.update", body.json)
        case .identitySuspend(let body): ("identity.suspend", body.json)
        case .identityReinstate(let body): ("identity.reinstate", body.json)
        case .identityRetire(let body): ("identity.retire", body.json)
        case .keyAdd(let body): ("key.add", ["key": body.json])
        case .keyRevoke(let body): ("key.revoke", body.json)
        case .datasetPublish(let body): ("dataset.publish", body.json)
        case .datasetWithdraw(let body): ("dataset.withdraw", body.json)
        case .policyPropose(let body): ("policy.propose", body.json)
        case .policyApprove(let body): ("policy.approve", body.json)
        case .policyReject(let body): ("policy.reject", body.json)
        case .policyWithdraw(let body): ("policy.withdraw", body.json)
        case .receiptsAnchor(let body): ("receipts.anchor", body.json)
        }
    }

    /// The type's name: `identity.apply`.
    package var type: String { json.type }

    init(type: String, json: JSONValue) throws(LedgerError) {
        switch type {
        case "network.genesis": self = .networkGenesis(try NetworkGenesis(json: json, at: "body"))
        case "identity.apply": self = .identityApply(try IdentityApplication(json: json, at: "body"))
        case "identity.approve": self = .identityApprove(try ApplicationDecision(json: json, at: "body"))
        case "identity.reject": self = .identityReject(try ApplicationDecision(json: json, at: "body"))
        case "identity.delegate": self = .identityDelegate(try IdentityApplication(json: json, at: "body"))
        case "identity.update": self = .identityUpdate(try IdentityUpdate(json: json, at: "body"))
        case "identity.suspend": self = .identitySuspend(try StatusChange(json: json, at: "body"))
        case "identity.reinstate": self = .identityReinstate(try StatusChange(json: json, at: "body"))
        case "identity.retire": self = .identityRetire(try StatusChange(json: json, at: "body"))
        case "key.add": self = .keyAdd(try Self.declaration(json))
        case "key.revoke": self = .keyRevoke(try KeyRevocation(json: json, at: "body"))
        case "dataset.publish": self = .datasetPublish(try Dataset(json: json))
        case "dataset.withdraw": self = .datasetWithdraw(try DatasetWithdrawal(json: json, at: "body"))
        case "policy.propose": self = .policyPropose(try PolicyProposal(json: json, at: "body"))
        case "policy.approve": self = .policyApprove(try PolicyDecision(json: json, at: "body"))
        case "policy.reject": self = .policyReject(try PolicyDecision(json: json, at: "body"))
        case "policy.withdraw": self = .policyWithdraw(try PolicyDecision(json: json, at: "body"))
        case "receipts.anchor": self = .receiptsAnchor(try ReceiptsAnchor(json: json, at: "body"))
        default: throw LedgerError(.malformed, "`type` names no transaction")
        }
    }

    private static func declaration(_ json: JSONValue) throws(LedgerError) -> KeyDeclaration {
        var reader = try MemberReader(json, at: "body")
        let declaration = try reader.keyDeclaration(reader.value("key"), "key")
        try reader.finish()
        return declaration
    }
}
