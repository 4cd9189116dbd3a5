/// What a client's `profile.yaml` may hold.
extension ConfigurationSchema {
    static let profile = ConfigurationSchema([
        Setting("code", .text, "The identification code this home acts for, such as `MA.156.1301`."),
        Setting("node", .url(["http", "https"]), "The public URL of the node that commands talk to."),
        Setting(
            "node-certificate", .path,
            "The certificate (PEM) of the node's public listener, where no authority that the system trusts signed it; relative to this file."
        ),
        Setting("gateway", .url(["https"]), "The exchange URL of the gateway that `fetch` and `send` use."),
        Setting("network", .text, "The network's name, which is the origin of its ledger."),
        Setting(
            "genesis", .text,
            "The fingerprint of the network's genesis, 64 hexadecimal digits; transactions are bound to it, and no other ledger is believed."
        ),
        Setting("ledger-key", .text, "The verifier key (C2SP vkey) that signs the ledger's checkpoints."),
        Setting(
            "gateway-certificate", .path,
            "The gateway's certificate (PEM), which alone is trusted for exchanges; relative to this file."),
    ])

    /// The environment variables of every schema.
    static let environmentNames = (profile.settings + node.settings).map(\.environmentName)
}
