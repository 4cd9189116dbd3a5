import HTTPTypes
import NIOHTTP1
import Testing

@testable import Relay

@Suite struct MessageFieldsTests {
    @Test(arguments: [
        "Connection", "Keep-Alive", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Signature",
        "Signature-Input", "Accept-Signature", "Exchange-Consumer", "exchange-receipt", "EXCHANGE-PURPOSE",
        "X-Forwarded-For", "Forwarded", "Expect", "Content-Length", "traceparent", "Exchange_Consumer",
        "X_Forwarded_For",
        "X-Forwarded-Port", "X-HTTP-Method-Override", "X-Original-URL", "X-SSL-Client-S-DN", "Exchange-Anything",
    ])
    func consumersFieldsEndHere(_ name: String) throws {
        var fields = HTTPFields()
        fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: "x"))
        fields.append(HTTPField(name: try #require(HTTPField.Name("Accept")), value: "*/*"))
        let headers = MessageFields.toProvider(fields, isTransformed: false)
        #expect(headers.map(\.name.rawName) == ["Accept"])
    }

    @Test func fieldsNamedByConnectionEndHere() throws {
        var fields = HTTPFields()
        fields[.connection] = "close, X-Hop ,x-other"
        for name in ["X-Hop", "X-Other", "X-Kept"] {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: "x"))
        }
        #expect(MessageFields.toProvider(fields, isTransformed: false).map(\.name.rawName) == ["X-Kept"])
    }

    @Test func partsAreNotAskedForWhereADutyNeedsTheWhole() {
        var fields = HTTPFields()
        fields[.range] = "bytes=0-9"
        fields[.ifNoneMatch] = "\"a\""
        fields[.acceptEncoding] = "gzip"
        fields[.accept] = "application/json"
        #expect(MessageFields.toProvider(fields, isTransformed: true).map(\.name.rawName) == ["Accept"])
        #expect(MessageFields.toProvider(fields, isTransformed: false).count == 4)
    }

    @Test func repeatedFieldsStayRepeated() throws {
        var fields = HTTPFields()
        let name = try #require(HTTPField.Name("X-Many"))
        fields.append(HTTPField(name: name, value: "1"))
        fields.append(HTTPField(name: name, value: "2"))
        #expect(MessageFields.toProvider(fields, isTransformed: false).map(\.value) == ["1", "2"])
    }

    @Test func providersFieldsEndHere() throws {
        let fields: HTTPFields = [
            try #require(.init("X-Inner")): "1", .exchangeReceipt: "forged", .signature: "forged",
            try #require(.init("Exchange_Receipt")): "forged", .contentDigest: "forged", .contentType: "text/plain",
            .eTag: "\"1\"", .contentLength: "3",
        ]
        let head = UpstreamResponseHead(
            status: 200, fields: fields, nominated: ["x-inner"], length: 3, keepsAlive: true)
        #expect(
            MessageFields.toConsumer(head, isTransformed: false).map(\.name.canonicalName) == ["content-type", "etag"])
        #expect(MessageFields.toConsumer(head, isTransformed: true).map(\.name.canonicalName) == ["content-type"])
    }
}

@Suite struct HTTP1RequestHeadTests {
    private func check(
        _ headers: HTTPHeaders, uri: String = "/x", method: HTTPMethod = .GET, version: HTTPVersion = .http1_1
    )
        -> Result<HTTPRequest, Problem>
    {
        HTTP1RequestHead.check(
            HTTPRequestHead(version: version, method: method, uri: uri, headers: headers), fieldLimit: 8)
    }

    @Test func keepsFieldsAndTargetAsTheyWere() throws {
        let request = try self.check(["Host": "gateway:8443", "X-A": "1", "x-a": "2"], uri: "/a%20b?c=%2F").get()
        #expect(request.authority == "gateway:8443")
        #expect(request.scheme == "https")
        #expect(request.path == "/a%20b?c=%2F")
        #expect(request.headerFields.map(\.name.rawName) == ["X-A", "x-a"])
    }

    @Test func takesTheAbsoluteFormOfItsOwnAuthority() throws {
        #expect(try self.check(["Host": "g:1"], uri: "https://g:1/a?b").get().path == "/a?b")
        #expect(try self.check(["Host": "g:1"], uri: "https://g:1").get().path == "/")
        for uri in ["https://g:12/a", "http://g:1/a", "https://other/a", "g:1", "*", "https://g:1@evil/a"] {
            #expect(throws: Problem.self, "\(uri)") { try self.check(["Host": "g:1"], uri: uri).get() }
        }
    }

    @Test(arguments: [
        [("Accept", "*/*")],
        [("Host", "a"), ("Host", "a")],
        [("Host", "")],
        [("Host", "a"), ("Content-Length", "1"), ("Content-Length", "1")],
        [("Host", "a"), ("Content-Length", "1"), ("Transfer-Encoding", "chunked")],
        [("Host", "a"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
        [("Host", "a"), ("Transfer-Encoding", "gzip, chunked")],
        [("Host", "a"), ("Transfer-Encoding", "identity")],
        [("Host", "a"), ("Transfer-Encoding", "\u{B}chunked")],
        [("Host", "a"), ("X Y", "1")],
        [("Host", "a"), ("X-Y", "a\nb")],
    ])
    func refusesWhatIsAmbiguous(_ fields: [(String, String)]) {
        #expect(throws: Problem.self) { try self.check(HTTPHeaders(fields)).get() }
    }

    @Test func refusesOtherVersionsAndMethodsThatMakeTunnels() {
        #expect(throws: Problem(.versionNotSupported)) { try self.check(["Host": "a"], version: .http1_0).get() }
        #expect(throws: Problem.self) { try self.check(["Host": "a"], method: .CONNECT).get() }
        #expect(throws: Problem.self) { try self.check(["Host": "a"], method: .TRACE).get() }
    }

    @Test func refusesTooManyFields() {
        let fields = (0..<9).map { ("X-\($0)", "1") }
        #expect(throws: Problem(.headerTooLarge)) { try self.check(HTTPHeaders(fields)).get() }
    }
}
