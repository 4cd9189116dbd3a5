import Testing

@testable import MessageSignatures

/// What a cache of covered components holds changes nothing but how long reading takes.
struct SignatureInputCacheTests {
    /// What comes of the two fields: each signature, or what is wrong with them.
    enum Outcome: Hashable {
        case signatures([String: SignatureInput], [[UInt8]])
        case refused(code: String, message: String)
    }

    private static func fields(_ input: [UInt8], _ signature: [UInt8]) -> FieldLines {
        FieldLines([(name: "signature-input", value: input), (name: "signature", value: signature)])
    }

    private static func outcome(_ read: () throws -> SignatureFields) -> Outcome {
        do {
            let found = try read().signatures
            let inputs = Dictionary(found.map { ($0.label, $0.input) }) { first, _ in first }
            return .signatures(inputs, found.map(\.signature))
        } catch let error as MessageSignatureError {
            return .refused(code: error.code.description, message: error.message)
        } catch {
            return .refused(code: "", message: "\(error)")
        }
    }

    /// Reads without a cache, and twice with one that has seen other fields: all three the same.
    private static func readsAlike(
        _ input: [UInt8], _ signature: [UInt8], _ cache: inout SignatureInputCache
    ) -> (isAlike: Bool, outcome: Outcome) {
        let lines = Self.fields(input, signature)
        let plain = Self.outcome { try SignatureFields(lines) }
        let cached = (0..<2).map { _ in Self.outcome { try SignatureFields(lines, cache: &cache) } }
        return (cached.allSatisfy { $0 == plain }, plain)
    }

    static let inputs = [
        #"sig=("@method" "@target-uri" "exchange-purpose");created=1000;expires=1060;nonce="n1";keyid="k";tag="t""#,
        #"sig=("@method" "@target-uri" "exchange-purpose");created=1001;expires=1061;nonce="n2";keyid="l""#,
        #"sig=("@method"  "@target-uri" "exchange-purpose" );created=1000"#,
        #"sig=( "@query-param";name="a)b" "x-a";bs "y";key="(" "z";sf;req);created=1"#,
        #"sig=("@method" "@method");created=1"#, #"sig=("@method" "@nothing");created=1"#,
        #"sig=("@method";req "@method");created="1""#, #"sig=("a";tr;tr);created=1"#, #"sig=("a");created=1;created=2"#,
        #"sig=();created=1"#, #"sig=("a" 1);created=1"#, #"sig=("a""b");created=1"#, #"sig=("a"#, #"sig="a""#,
        #"sig;a=1"#, #"sig=("a"), sig=("b")"#, #"sig=("a";b=1);created=1"#, #"sig=("@method" "@target-uri")"#,
        "sig=(\(Array(repeating: "\"a\"", count: 65).joined(separator: " ")))",
        "sig=(\((0..<65).map { "\"a\($0)\"" }.joined(separator: " ")))",
        "sig=(\((0..<64).map { "\"a\($0)\"" }.joined(separator: " ")));created=1",
    ].map { Array($0.utf8) }

    private static let signature = Array("sig=:AAAA:".utf8)

    /// Each field, all in one cache, one after the other, and each behind another of the same list.
    @Test func `fields read alike with a cache and without`() {
        var cache = SignatureInputCache()
        for _ in 0..<2 {
            for input in Self.inputs {
                let read = Self.readsAlike(input, Self.signature, &cache)
                #expect(read.isAlike, "\(String(decoding: input, as: UTF8.self)): \(read.outcome)")
            }
        }
    }

    /// Fields with a byte changed, left out, put in or taken from another, in caches that hold what they were.
    @Test func `changed fields read alike with a cache and without`() {
        var random = SeededGenerator(seed: 11)
        var cache = SignatureInputCache()
        var (read, refused) = (0, 0)
        let alphabet = Array(#"()"";=@:, ?*-.\1aA"#.utf8) + [0, 9, 0x7F, 0xFF]
        for round in 0..<4000 {
            var input = Self.inputs[Int.random(in: 0..<Self.inputs.count, using: &random)]
            // The unchanged one first, so that its list is known when the changed one comes.
            _ = Self.readsAlike(input, Self.signature, &cache)
            for _ in 0..<Int.random(in: 1...2, using: &random) where !input.isEmpty {
                let index = Int.random(in: 0..<input.count, using: &random)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                switch Int.random(in: 0..<4, using: &random) {
                case 0: input[index] = byte
                case 1: input.remove(at: index)
                case 2: input.insert(byte, at: index)
                default:
                    let other = Self.inputs[Int.random(in: 0..<Self.inputs.count, using: &random)]
                    input = Array(input[..<index] + other.suffix(Int.random(in: 0...other.count, using: &random)))
                }
            }
            let result = Self.readsAlike(input, Self.signature, &cache)
            #expect(result.isAlike, "round \(round): \(String(decoding: input, as: UTF8.self))")
            if case .signatures = result.outcome { read += 1 } else { refused += 1 }
        }
        #expect(read > 200 && refused > 2000, "\(read) read, \(refused) refused")
    }

    /// What other implementations made, good and bad, in one cache.
    @Test(.enabled(if: Vectors.verify.isPresent && Vectors.reject.isPresent))
    func `fields of the conformance files read alike with a cache and without`() throws {
        var cache = SignatureInputCache()
        var count = 0
        for _ in 0..<2 {
            for entry in Vectors.verify.cases("cases") {
                let (input, signature) = (try entry.text("signatureInput"), try entry.text("signatureHeader"))
                #expect(Self.readsAlike(Array(input.utf8), Array(signature.utf8), &cache).isAlike, "\(input)")
                count += 1
            }
            for entry in Vectors.reject.cases("cases") {
                for message in try entry.messages() {
                    let fields = try message.httpMessage().0.fields
                    let plain = Self.outcome { try SignatureFields(fields) }
                    let cached = (0..<2).map { _ in Self.outcome { try SignatureFields(fields, cache: &cache) } }
                    #expect(cached.allSatisfy { $0 == plain }, "\(entry.testDescription)")
                    count += 1
                }
            }
        }
        #expect(count > 100)
    }

    private static func read(_ list: String, _ cache: inout SignatureInputCache) -> Outcome {
        Self.outcome {
            try SignatureFields(Self.fields(Array("sig=\(list);created=1".utf8), Self.signature), cache: &cache)
        }
    }

    @Test func `no more lists are kept than the bound, the newest of them`() {
        var cache = SignatureInputCache()
        let mine = #"("@method" "@target-uri")"#
        let first = Self.read(mine, &cache)
        #expect(cache.texts == [Array(mine.utf8)])
        for number in 0..<1000 { _ = Self.read(#"("@method" "x-\#(number)")"#, &cache) }
        #expect(cache.texts.count == SignatureInputCache.capacity)
        let newest = (1000 - SignatureInputCache.capacity..<1000).map { Array(#"("@method" "x-\#($0)")"#.utf8) }
        #expect(Set(cache.texts) == Set(newest))
        // Whose list was driven out reads the same, and it is kept again.
        #expect(Self.read(mine, &cache) == first)
        #expect(cache.texts.contains(Array(mine.utf8)))
    }

    @Test func `a list is kept once, whatever stands around it`() {
        var cache = SignatureInputCache()
        for number in 0..<100 {
            let input = #"sig=("@method" "a"); created=\#(number), other=("@method" "a");nonce="\#(number)""#
            let lines = Self.fields(Array(input.utf8), Array("sig=:AAAA:, other=:AAAA:".utf8))
            let read = Self.outcome { try SignatureFields(lines, cache: &cache) }
            #expect(read == Self.outcome { try SignatureFields(lines) })
        }
        #expect(cache.texts == [Array(#"("@method" "a")"#.utf8)])
    }

    @Test func `long lists and faulty ones are not kept`() {
        var cache = SignatureInputCache()
        let room = SignatureInputCache.longestText - #"("")"#.utf8.count
        for list in [
            #"("\#(String(repeating: "a", count: room + 1))")"#, #"("a" "a")"#, #"("@nothing")"#, #"("a";b=1)"#, "(1)",
        ] { _ = Self.read(list, &cache) }
        #expect(cache.texts.isEmpty)
        let longest = #"("\#(String(repeating: "a", count: room))")"#
        _ = Self.read(longest, &cache)
        #expect(cache.texts == [Array(longest.utf8)])
    }

    /// A known list counts as many elements as one that is parsed: a field is refused at the same size.
    @Test func `elements of known lists count`() {
        var cache = SignatureInputCache()
        let list = "(\((0..<30).map { "\"a\($0)\"" }.joined(separator: " ")))"
        for count in [60, 65, 66, 67, 70] {
            let input = (0..<count).map { "s\($0)=\(list)" }.joined(separator: ",")
            let read = Self.readsAlike(Array(input.utf8), Self.signature, &cache)
            #expect(read.isAlike, "\(count): \(read.outcome)")
        }
        #expect(cache.texts == [Array(list.utf8)])
    }
}
