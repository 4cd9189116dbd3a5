import Testing

@testable import Console

@Suite struct LanguageTests {
    @Test(
        arguments: [
            (nil, Language.english), ("zh-CN,zh;q=0.9,en;q=0.8", .chinese), ("en-GB,en;q=0.9,zh;q=0.1", .english),
            ("fr, zh-Hans;q=0.5", .chinese), ("fr", .english), ("", .english), (";;;,,,", .english),
        ] as [(String?, Language)])
    func `the first language that is spoken here is taken`(field: String?, language: Language) {
        #expect(Language(accepting: field) == language)
    }

    @Test(
        arguments: [
            ("/", true), ("/receipts/01JDV0ZC4Y8XKQ", true), ("/identities/MA.156.1301", true), ("", false),
            ("//example.com", false), ("https://example.com", false), ("/\\example.com", false), ("/a?b", false),
            ("/a\r\nSet-Cookie: a=b", false), ("/é", false), ("/ª", false),
        ])
    func `the other language leads back to a page of ours`(path: String, isPage: Bool) {
        #expect(OfficersServer.isPage(path) == isPage)
    }

    @Test func `every text has both languages and a name of its own`() {
        let names = Language.catalogue.map(\.key)
        #expect(Set(names).count == names.count)
        #expect(Language.catalogue.allSatisfy { !$0.english.isEmpty && !$0.chinese.isEmpty })
    }

    @Test func `every text a template names is in the catalogue`() throws {
        let names = Set(Language.catalogue.map(\.key))
        for template in Pages.sources.values {
            for match in String(decoding: template, as: UTF8.self).matches(of: /\{\{t\.([A-Za-z]+)\}\}/) {
                #expect(names.contains(String(match.1)), "\(match.1)")
            }
        }
    }
}
