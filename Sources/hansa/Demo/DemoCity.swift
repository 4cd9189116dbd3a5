import CityIdentity

/// A city of the demo: who it is, what it offers, and under which policies.
struct DemoCity: Sendable {
    /// The name of its directory.
    let directory: String
    let code: String
    let english: String
    let chinese: String
    /// Purposes of the keys it makes, by algorithm.
    let keys: [(algorithm: String, purposes: [String])]
    let dataset: String
    let title: String
    let license: String
    let policies: [String]
    let answer: @Sendable (CityData) -> @Sendable (OriginRequest) -> OriginResponse

    var identifier: String { "\(code)/\(dataset)" }

    static let shijiazhuang = DemoCity(
        directory: "shijiazhuang", code: "MA.156.1301", english: "Shijiazhuang", chinese: "石家庄市",
        keys: [("ES256", ["tls", "exchange", "policy", "policy", "registry"]), ("SM2", ["exchange"])],
        dataset: "divisions", title: "{en: Administrative divisions of China, zh: 中国行政区划}",
        license: "GB/T 2260", policies: ["shijiazhuang-divisions.yaml"]
    ) { data in { data.shijiazhuang($0) } }

    static let seattle = DemoCity(
        directory: "seattle", code: "MA.840.5363000", english: "Seattle", chinese: "西雅图",
        keys: [("ES256", ["tls", "tls", "exchange", "policy", "policy", "registry"])],
        dataset: "weather", title: "{en: Daily weather 2012-2015, zh: 每日天气}", license: "public domain (NOAA)",
        policies: ["seattle-weather.yaml"]
    ) { data in { data.seattle($0) } }

    static let sanFrancisco = DemoCity(
        directory: "san-francisco", code: "MA.840.0667000", english: "San Francisco", chinese: "旧金山",
        keys: [("ES256", ["tls", "policy", "policy", "registry"]), ("EdDSA", ["exchange"])],
        dataset: "temperatures", title: "{en: Hourly temperatures 2010, zh: 每小时气温}",
        license: "public domain (NOAA)", policies: ["san-francisco-temperatures.yaml"]
    ) { data in { data.sanFrancisco($0) } }

    static let all = [shijiazhuang, seattle, sanFrancisco]
}
