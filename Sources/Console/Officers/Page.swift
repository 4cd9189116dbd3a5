import CityIdentity
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Mustache
import NIOCore

/// The pages' templates, compiled once.
struct Pages: Sendable {
    /// A template's values: texts, lists of further values, or truths.
    typealias Values = [String: any Sendable]

    private let library: MustacheLibrary

    init() throws {
        library = MustacheLibrary(
            templates: try Self.sources.mapValues { try MustacheTemplate(string: String(decoding: $0, as: UTF8.self)) })
    }

    static let sources: [String: [UInt8]] = [
        "page": PackageResources.page_mustache, "overview": PackageResources.overview_mustache,
        "receipts": PackageResources.receipts_mustache, "receipt": PackageResources.receipt_mustache,
        "policies": PackageResources.policies_mustache, "policy": PackageResources.policy_mustache,
        "identities": PackageResources.identities_mustache, "identity": PackageResources.identity_mustache,
        "message": PackageResources.message_mustache,
    ]

    /// The style sheet of all pages.
    static var styleSheet: [UInt8] { PackageResources.console_css }

    /// One line of a list of facts; as code, as a link, or plain.
    static func fact(_ label: String, _ value: String, isCode: Bool = false, href: String? = nil) -> Values {
        var values: Values = ["label": label, "value": value]
        values["code"] = isCode && href == nil
        values["plain"] = !isCode && href == nil
        values["href"] = href
        return values
    }

    /// A part of a page.
    func part(_ name: String, _ values: Values, _ language: Language) -> String {
        var values = values
        values["t"] = language.texts
        return library.render(values, withTemplate: name) ?? ""
    }

    /// A whole page.
    func page(
        _ template: String, title: String, _ values: Values, for officer: Officer, status: HTTPResponse.Status = .ok
    ) -> Response {
        let language = officer.language
        let sections: [(path: String, key: String)] = [
            ("/", "overview"), ("/receipts", "receipts"), ("/policies", "policies"), ("/identities", "identities"),
        ]
        let navigation: [Values] = sections.map { section in
            let current =
                section.path == "/" ? officer.path == "/" : officer.path.hasPrefix(section.path)
            return ["href": section.path, "label": language.text(section.key), "current": current]
        }
        let html = part(
            "page",
            [
                "lang": language.rawValue, "title": title, "network": officer.network, "navigation": navigation,
                "path": officer.path, "otherLanguage": language.other.rawValue,
                "otherLanguageName": language.other.name, "officer": officer.key.description,
                "content": part(template, values, language),
            ], language)
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}
