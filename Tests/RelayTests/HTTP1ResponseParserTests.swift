import HTTPTypes
import NIOCore
import Testing

@testable import Relay

@Suite struct HTTP1ResponseParserTests {
    /// What was read of a response: heads, content, whether it ended, and the connection's state.
    private struct Reading: Equatable {
        var statuses: [Int] = []
        var fields: [[String]] = []
        var keepsAlive: [Bool] = []
        var content = ""
        var ended = false
    }

    private func read(
        _ text: String, isHead: Bool = false, pieces: Int = .max, limits: RelayLimits = RelayLimits()
    ) throws -> Reading {
        var parser = HTTP1ResponseParser(limits: limits)
        parser.begin(isHead: isHead)
        var (reading, buffer, rest) = (Reading(), ByteBuffer(), Array(text.utf8)[...])
        while !rest.isEmpty {
            buffer.writeBytes(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
            while let event = try parser.next(&buffer) {
                switch event {
                case .head(let head):
                    reading.statuses.append(head.status)
                    reading.fields.append(head.fields.map { "\($0.name.rawName)=\($0.value)" })
                    reading.keepsAlive.append(head.keepsAlive)
                case .content(let piece): reading.content += String(buffer: piece)
                case .end: reading.ended = true
                }
            }
        }
        if parser.closed() { reading.ended = true }
        return reading
    }

    private static let ok = "HTTP/1.1 200 OK\r\n"

    @Test(arguments: [1, 2, 7, 1000])
    func readsEachFraming(pieces: Int) throws {
        let length = try read(Self.ok + "Content-Length: 3\r\nX-A:  b c\t\r\n\r\nabc", pieces: pieces)
        #expect(
            length
                == Reading(
                    statuses: [200], fields: [["Content-Length=3", "X-A=b c"]], keepsAlive: [true], content: "abc",
                    ended: true))
        let chunks = try read(
            Self.ok + "Transfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n",
            pieces: pieces)
        #expect(chunks.content == "abc0123456789" && chunks.ended && chunks.keepsAlive == [true])
        let close = try read(Self.ok + "\r\nabc", pieces: pieces)
        #expect(close.content == "abc" && close.ended && close.keepsAlive == [false])
        let empty = try read(Self.ok + "Content-Length: 0\r\n\r\n", pieces: pieces)
        #expect(empty.content.isEmpty && empty.ended && empty.keepsAlive == [true])
        let interim = try read(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n", pieces: pieces)
        #expect(interim.statuses == [100, 204] && interim.ended)
    }

    @Test func whatSomeResponsesSayOfContentIsNotFollowed() throws {
        let head = try read(Self.ok + "Content-Length: 3\r\n\r\n", isHead: true)
        #expect(head.ended && head.content.isEmpty && head.keepsAlive == [true])
        for status in [204, 304] {
            let reading = try read("HTTP/1.1 \(status) X\r\nContent-Length: 3\r\n\r\n")
            #expect(reading.ended && reading.content.isEmpty)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
        ("HTTP/1.1", "Connection: x, Close\r\n", false), ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Connection: keep-alive\r\n", true), ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
    ])
    func knowsWhetherTheConnectionLives(version: String, fields: String, keepsAlive: Bool) throws {
        let reading = try read("\(version) 200 OK\r\n\(fields)Content-Length: 1\r\n\r\na")
        #expect(reading.ended && reading.keepsAlive == [keepsAlive])
    }

    @Test(arguments: [
        ("Content-Length: -1\r\n", HTTP1ResponseError.unclearEnd), ("Content-Length: +1\r\n", .unclearEnd),
        ("Content-Length: 1, 1\r\n", .unclearEnd), ("Content-Length: \r\n", .unclearEnd),
        ("Content-Length: 9223372036854775808\r\n", .unclearEnd),
        ("Content-Length: 1\r\nContent-Length: 1\r\n", .unclearEnd),
        ("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", .unclearEnd),
        ("Transfer-Encoding: gzip, chunked\r\n", .unclearEnd), ("Transfer-Encoding: identity\r\n", .unclearEnd),
        ("X-A : b\r\n", .malformedField), ("X-A\r\n", .malformedField), (": b\r\n", .malformedField),
        ("X-A: b\r\n c\r\n", .malformedField), ("X-A: b\rc\r\n", .malformedField),
        ("X-A: b\u{0}c\r\n", .malformedField), ("X-A: \u{7F}\r\n", .malformedField),
        ("X-A: b\nX-B: c\r\n", .malformedLine),
    ])
    func refusesHeadersThatAreNotClear(fields: String, error: HTTP1ResponseError) {
        #expect(throws: error) { try self.read(Self.ok + fields + "\r\n") }
    }

    @Test(arguments: [
        "HTTP/1.2 200 OK", "HTTP/2 200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 099 OK", "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK",
        "HTTP/1.1 200OK", "SSH-2.0-OpenSSH_9.6", "HTTP/1.1 200 \u{1}",
    ])
    func refusesStatusLines(line: String) {
        #expect(throws: HTTP1ResponseError.malformedLine) { try self.read(line + "\r\n\r\n") }
    }

    @Test(arguments: ["x", "-1", "", " 1", "1 ", "0x1", "1000000000000000", "3\r", "3;\u{0}"])
    func refusesChunks(size: String) {
        #expect(throws: HTTP1ResponseError.self) {
            try self.read(Self.ok + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\nabc\r\n0\r\n\r\n")
        }
    }

    @Test func refusesAChunkWithoutItsEnd() {
        #expect(throws: HTTP1ResponseError.malformedChunk) {
            try self.read(Self.ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n")
        }
    }

    @Test func valuesThatAreNotUTF8AreRefused() throws {
        var parser = HTTP1ResponseParser(limits: RelayLimits())
        parser.begin(isHead: false)
        var buffer = ByteBuffer(string: Self.ok + "X-A: ")
        buffer.writeBytes([0xE9])
        buffer.writeString("\r\n\r\n")
        #expect(throws: HTTP1ResponseError.malformedField) { _ = try parser.next(&buffer) }
    }

    @Test func nothingGoesOverTheLimits() {
        var limits = RelayLimits()
        (limits.headerSize, limits.fieldSize, limits.fieldCount) = (200, 100, 4)
        let many = (0..<5).map { "X-\($0): a\r\n" }.joined()
        let long = "X-A: \(String(repeating: "a", count: 100))\r\n"
        let large = "X-A: \(String(repeating: "a", count: 80))\r\n"
        let unfinished = [Self.ok + String(repeating: "a", count: 300), String(repeating: "a", count: 300)]
        let headers = [many, long, large + large + large].map { Self.ok + $0 + "\r\n" } + unfinished
        for text in headers {
            for pieces in [1, 1000] {
                #expect(throws: HTTP1ResponseError.headerTooLarge) {
                    try self.read(text, pieces: pieces, limits: limits)
                }
            }
        }
        for trailer in [many, long, large + large + large] {
            #expect(throws: HTTP1ResponseError.headerTooLarge) {
                try self.read(
                    Self.ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n\(trailer)\r\n", limits: limits)
            }
        }
    }

    @Test func whatComesUnaskedIsRefused() throws {
        var parser = HTTP1ResponseParser(limits: RelayLimits())
        var buffer = ByteBuffer(string: Self.ok + "Content-Length: 0\r\n\r\n")
        #expect(throws: HTTP1ResponseError.unasked) { _ = try parser.next(&buffer) }
        #expect(throws: HTTP1ResponseError.unasked) {
            try self.read(Self.ok + "Content-Length: 1\r\n\r\nab")
        }
    }

    /// Names are remembered from one response to the next, however the next one writes them.
    @Test func readsTheNextResponseForItself() throws {
        var parser = HTTP1ResponseParser(limits: RelayLimits())
        var buffer = ByteBuffer()
        for names in [["X-A", "X-B"], ["x-a", "X-C", "X-D"], ["X-A"], ["X-B", "X-A", "X-AA"]] {
            parser.begin(isHead: true)
            buffer.writeString(Self.ok + names.map { "\($0): 1\r\n" }.joined() + "\r\n")
            guard case .head(let head) = try parser.next(&buffer) else {
                Issue.record("there is no head")
                return
            }
            #expect(head.fields.map(\.name.rawName) == names)
            guard case .end = try parser.next(&buffer) else {
                Issue.record("there is no end")
                return
            }
        }
    }

    /// However few bytes come at a time, none is looked at twice: those that were seen could be anything now.
    @Test func theEndOfAHeaderIsLookedForOnce() {
        var search = HTTP1ResponseParser.EndSearch()
        func size(_ text: String) -> Int? {
            Array(text.utf8).withUnsafeBytes { search.headerSize($0, limit: 100) }
        }
        #expect(size("HTTP/1.1 200 OK\r\nA: 1\r\nB") == nil)
        #expect(size(String(repeating: "\r\n", count: 12) + ": 2\r") == nil)
        #expect(size("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\nrest") == 31)
        // Then the next header is looked for from its beginning.
        #expect(size("\r\n") == 2)
    }
}
