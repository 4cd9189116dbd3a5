import ArgumentParser

/// `hansa policy`: who may do what with a city's datasets.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Write down, agree on and understand who may do what with datasets.",
        discussion: "Example: hansa policy check Policies/*.yaml",
        subcommands: [
            PolicyNew.self, PolicyCheck.self, PolicyTestCommand.self, PolicyTry.self, PolicyCompare.self,
            PolicyDiff.self, PolicyPropose.self,
            PolicyApproveCommand.self, PolicyRejectCommand.self, PolicyWithdrawCommand.self, PolicyRollback.self,
            PolicyList.self, PolicyShow.self, PolicyHistory.self, PolicyExplain.self, PolicyWho.self, PolicyCan.self,
        ])
}
