import CityIdentity
import Testing

@Suite struct AllocationRuleTests {
    let rule = AllocationRule.standard

    @Test(arguments: [
        ("MA.156.1301", "石家庄市"), ("MA.156.11", "北京市"), ("MA.156.50", "重庆市"), ("MA.156.3301", "杭州市"),
        ("MA.156.1301.01.02", "石家庄市"), ("MA.156.6543", "阿勒泰地区"), ("MA.156.2224", "延边朝鲜族自治州"),
        ("MA.156.81", "香港特别行政区"),
    ])
    func `cities of China are allocated by GB-T 2260`(text: String, name: String) throws {
        let code = try IdentificationCode(text)
        try rule.check(code)
        #expect(rule.name(of: code) == name)
        #expect(rule.countryName(of: code) == "China")
    }

    @Test(arguments: ["MA.840.5363000", "MA.840.0667000", "MA.276.02000000", "MA.004.12", "MA.826.99.01"])
    func `other countries allocate their divisions themselves`(text: String) throws {
        let code = try IdentificationCode(text)
        try rule.check(code)
        #expect(rule.name(of: code) == nil)
        #expect(rule.countryName(of: code) != nil)
    }

    @Test(arguments: [
        ("MA.156.1399", "no division of GB/T 2260"), ("MA.156.99", "no division of GB/T 2260"),
        ("MA.156.130100", "no division of GB/T 2260"), ("MA.156.130", "no division of GB/T 2260"),
        ("MA.156.13", "is the province 河北省, not a city"), ("MA.156.71", "is the province 台湾省"),
        ("MA.156.15", "is the province 内蒙古自治区"), ("MA.156.1101", "(市辖区) groups divisions"),
        ("MA.156.5002", "(县) groups divisions"), ("MA.156.1390", "(省直辖县级行政区划) groups divisions"),
        ("MA.156.6590", "(自治区直辖县级行政区划) groups divisions"), ("MA.999.1301", "no country of ISO 3166-1"),
        ("MA.000.1301", "no country of ISO 3166-1"), ("MA.157.1301.01", "no country of ISO 3166-1"),
    ])
    func `what is no city is refused with the reason`(text: String, reason: String) throws {
        let code = try IdentificationCode(text)
        expectRefusal(.unallocatedCode, naming: reason) { try rule.check(code) }
    }

    @Test(arguments: [
        ("180", "Congo, The Democratic Republic of the"), ("850", "Virgin Islands, U.S."), ("036", "Australia"),
    ])
    func `quoted names are read`(country: String, name: String) throws {
        #expect(rule.countryName(of: try IdentificationCode("MA.\(country).10")) == name)
    }

    @Test func `the tables say where a city lies`() throws {
        let code = try Samples.code()
        let centre = try #require(rule.centre(of: code))
        #expect((114.0...115).contains(centre.longitude) && (38.0...38.1).contains(centre.latitude))
        #expect(rule.provinceName(of: code) == "河北省")
        #expect(rule.centre(of: try IdentificationCode("MA.156.1390")) == nil)
        #expect(rule.provinceName(of: try IdentificationCode("MA.840.5363000")) == nil)
    }
}
