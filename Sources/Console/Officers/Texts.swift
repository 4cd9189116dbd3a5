/// The words of the officers' pages in the languages they speak.
enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case chinese = "zh-CN"

    /// The name of the language in itself.
    var name: String {
        switch self {
        case .english: "English"
        case .chinese: "简体中文"
        }
    }

    var other: Language { self == .english ? .chinese : .english }

    /// The language of an `Accept-Language` field (RFC 9110 section 12.5.4): the first that is spoken here.
    ///
    /// Weights are read as the order in which they stand, which is how browsers send them.
    init(accepting field: String?) {
        for range in (field ?? "").split(separator: ",") {
            let tag = range.prefix { $0 != ";" }.drop { $0 == " " }.lowercased()
            if tag.hasPrefix("zh") {
                self = .chinese
                return
            }
            if tag.hasPrefix("en") { break }
        }
        self = .english
    }

    /// Every text of the pages by its name in the templates.
    var texts: [String: String] {
        Dictionary(uniqueKeysWithValues: Self.catalogue.map { ($0.key, self == .english ? $0.english : $0.chinese) })
    }

    func text(_ key: String) -> String {
        Self.catalogue.first { $0.key == key }.map { self == .english ? $0.english : $0.chinese } ?? key
    }

    static let catalogue: [(key: String, english: String, chinese: String)] = [
        ("skip", "Skip to content", "跳到正文"),
        ("navigation", "Main", "主导航"),
        ("overview", "Overview", "概览"),
        ("receipts", "Receipts", "访问回执"),
        ("receipt", "Receipt", "回执"),
        ("policies", "Policies", "共享策略"),
        ("policy", "Policy", "策略"),
        ("identities", "Identities", "城市标识"),
        ("signedInAs", "Signed in as", "当前密钥"),
        ("network", "Network", "网络"),
        ("gateway", "Gateway", "网关"),
        ("ledgerHeight", "Ledger height", "账本高度"),
        ("ledgerSize", "Ledger entries", "账本条目数"),
        ("receiptsSize", "Receipts", "回执数"),
        ("notAnchored", "Receipts not yet anchored on the ledger", "尚未锚定到账本的回执"),
        ("latestReceipts", "Latest receipts", "最新回执"),
        ("owed", "Owed by the consumer", "数据使用方应履行的义务"),
        ("owedOnly", "Only with obligations", "仅限附有义务的"),
        ("consumer", "Consumer", "数据使用方"),
        ("provider", "Provider", "数据提供方"),
        ("dataset", "Dataset", "数据集"),
        ("decision", "Decision", "决定"),
        ("any", "Any", "全部"),
        ("permit", "Permitted", "准许"),
        ("deny", "Denied", "拒绝"),
        ("from", "From", "起始时间"),
        ("to", "To", "截止时间"),
        ("search", "Search", "查询"),
        ("noReceipts", "No receipts match.", "没有符合条件的回执。"),
        ("noPolicies", "No policies stand on the ledger.", "账本上没有策略。"),
        ("time", "Time", "时间"),
        ("action", "Action", "操作"),
        ("purpose", "Purpose", "用途"),
        ("older", "Older", "更早"),
        ("reason", "Reason", "理由"),
        ("rule", "Rule", "规则"),
        ("status", "Status", "状态"),
        ("code", "Code", "标识码"),
        ("name", "Name", "名称"),
        ("keys", "Keys", "密钥"),
        ("key", "Key", "密钥"),
        ("identity", "Identity", "城市标识"),
        ("algorithm", "Algorithm", "算法"),
        ("purposes", "Purposes", "用途"),
        ("validFrom", "Valid from", "生效时间"),
        ("validUntil", "Valid until", "失效时间"),
        ("registered", "Registered", "登记时间"),
        ("inUse", "In use", "在用"),
        ("noFlag", "is neither true nor false", "应为 true 或 false"),
        ("noDecision", "has none of the listed values", "不是可选的值"),
        ("noCode", "is not an identification code, such as MA.156.1301", "不是标识码，例如 MA.156.1301"),
        ("noCursor", "is not a cursor of an earlier page", "不是前一页给出的游标"),
        ("after", "After", "位置"),
        (
            "noTime", "is not a day or time such as 2026-01-31 or 2026-01-31T08:00:00Z",
            "不是日期或时间，例如 2026-01-31 或 2026-01-31T08:00:00Z"
        ),
        ("noParameter", "is not something to search receipts by", "不是可用的查询条件"),
        (
            "times",
            "Times are UTC, or with an offset: 2026-01-31T08:00:00+08:00. A day alone, 2026-01-31, counts whole.",
            "时间为 UTC，或带时区：2026-01-31T08:00:00+08:00。只写日期（2026-01-31）表示全天。"
        ),
        ("kind", "Kind", "类型"),
        ("openingReceipt", "Receipt of its beginning", "交换开始的回执"),
        ("contact", "Contact", "联系方式"),
        ("since", "Since", "自"),
        ("title", "Title", "标题"),
        ("request", "Request", "请求"),
        ("requestSize", "Request bytes", "请求字节数"),
        ("responseStatus", "Response status", "响应状态"),
        ("responseSize", "Response bytes", "响应字节数"),
        ("responseDigest", "Response digest", "响应摘要"),
        ("signedWith", "Request signed with", "请求签名密钥"),
        ("logIndex", "Index in the log", "日志序号"),
        ("downloadEvidence", "Download evidence", "下载证据"),
        ("laidOut", "The receipt, laid out", "回执内容（排版显示）"),
        ("downloadBytes", "Download exact bytes", "下载回执原文"),
        ("document", "Document", "策略原文"),
        ("hash", "Hash", "哈希"),
        ("approvals", "Approvals", "批准"),
        ("erased", "This receipt was erased; its entry in the log remains.", "该回执已被删除；其日志条目仍然保留。"),
        ("notFound", "There is nothing here.", "此处没有内容。"),
        ("badRequest", "The request was not understood.", "无法理解该请求。"),
        ("failed", "The gateway could not answer. Its log says why.", "网关无法作答，原因见其日志。"),
        ("backHome", "Back to the overview", "返回概览"),
        ("error", "Error", "错误"),
        ("single", "Whole exchange", "完整交换"),
        ("opening", "Beginning of an exchange", "交换开始"),
        ("end.complete", "End of an exchange: complete", "交换结束：完整"),
        ("end.aborted", "End of an exchange: broken off by the consumer", "交换结束：被使用方中断"),
        ("end.failed", "End of an exchange: broken off by the provider", "交换结束：被提供方中断"),
        ("end.cut", "End of an exchange: ended by the gateway", "交换结束：被网关终止"),
        ("end.interrupted", "End of an exchange: the gateway stopped", "交换结束：网关停止运行"),
        ("applied", "Applied", "已申请"),
        ("active", "Active", "有效"),
        ("suspended", "Suspended", "已暂停"),
        ("retired", "Retired", "已注销"),
        ("proposed", "Proposed", "已提出"),
        ("scheduled", "Scheduled", "待生效"),
        ("inForce", "In force", "生效"),
        ("replaced", "Replaced", "已被取代"),
        ("expired", "Expired", "已到期"),
        ("policySuspended", "Suspended", "已停用"),
        ("suspension", "It permits nothing; what it prohibits stands.", "不再准许任何访问；其禁止仍然有效。"),
        ("suspendedSince", "Permits nothing since", "停止准许时间"),
        ("withdrawals", "Withdrawal asked for by", "要求撤回的密钥"),
        ("inForceFrom", "In force from", "生效时间"),
        ("inForceUntil", "In force until", "失效时间"),
        ("proposedFrom", "To be in force from", "拟生效时间"),
        ("proposedUntil", "To be in force until", "拟失效时间"),
        ("asSoonAsAgreed", "as soon as enough keys agree", "批准的密钥足够后立即"),
        ("neverInForce", "Never in force; it was to begin", "从未生效；原定生效时间"),
        ("replaces", "Replaces", "取代"),
        ("replacedBy", "Replaced by", "取代者"),
        ("endedFor", "Ended in favour of one that was withdrawn before it began", "因另一策略而终止，但该策略在生效前已撤回"),
        ("proposedAnew", "Proposed anew", "再次提出"),
        ("earlierProposals", "Earlier proposals of the same bytes", "同一原文此前的提案"),
        ("of", "of", "/"),
        ("rejected", "Rejected", "已否决"),
        ("withdrawn", "Withdrawn", "已撤回"),
    ]
}
