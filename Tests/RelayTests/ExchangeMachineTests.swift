import Relay
import Testing

/// The orders of events that matter, each with what has to be done at every step.
@Suite struct ExchangeMachineTests {
    typealias Actions = ExchangeMachine.Actions

    private func get() -> ExchangeMachine {
        ExchangeMachine(upload: .none, hasEffects: false, isIdempotent: true)
    }

    @Test func smallResponseGoesBehindOneReceipt() {
        var machine = self.get()
        #expect(machine.start() == .openUpstream)
        #expect(machine.upstreamOpened() == [.sendHead, .sendEnd])
        #expect(machine.responseHead(.gather, isError: false) == [])
        #expect(machine.responseContent(exceeds: false) == [])
        #expect(machine.responseEnded() == .appendFinal)
        #expect(machine.hasOpening == false)
        #expect(machine.finalDurable() == [.sendResponseHead, .sendResponseContent, .sendResponseEnd, .finish])
        #expect(machine.hasEnded == true)
    }

    @Test func longResponseStreamsBetweenTwoReceipts() {
        var machine = self.get()
        _ = machine.start()
        _ = machine.upstreamOpened()
        #expect(machine.responseHead(.stream, isError: false) == .appendOpening)
        #expect(machine.wantsResponse == false)
        #expect(machine.responseContent(exceeds: false) == [])
        #expect(machine.openingDurable() == [.sendResponseHead, .sendResponseContent])
        #expect(machine.wantsResponse == true)
        #expect(machine.responseContent(exceeds: false) == .sendResponseContent)
        #expect(machine.responseEnded() == [.sendResponseContent, .appendFinal])
        #expect(machine.hasOpening == true)
        #expect(machine.finalDurable() == [.sendResponseEnd, .finish])
    }

    @Test func responseThatGrowsOverTheLimitBecomesAStream() {
        var machine = self.get()
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.responseHead(.gather, isError: false)
        #expect(machine.responseContent(exceeds: true) == .appendOpening)
        #expect(machine.responseEnded() == [])
        #expect(machine.openingDurable() == [.sendResponseHead, .sendResponseContent, .appendFinal])
        #expect(machine.finalDurable() == [.sendResponseEnd, .finish])
    }

    @Test func transformedResponseThatGrowsOverTheLimitIsRefused() {
        var machine = self.get()
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.responseHead(.transform, isError: false)
        #expect(machine.responseContent(exceeds: true) == [.abortUpstream, .appendFinal])
        #expect(machine.finalDurable() == [.sendProblem, .finish])
    }

    @Test func transformedResponseStreamsOnceTheDutiesFoundSomething() {
        var machine = self.get()
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.responseHead(.transform, isError: false)
        #expect(machine.responseContent(exceeds: false) == [])
        #expect(machine.transformsResponse == true)
        machine.dutiesFound()
        #expect(machine.transformsResponse == false)
        #expect(machine.responseContent(exceeds: true) == .appendOpening)
        machine.dutiesFound()
        #expect(machine.openingDurable() == [.sendResponseHead, .sendResponseContent])
        #expect(machine.fail() == [.abortUpstream, .abortResponse, .appendFinal])
        #expect(machine.finalDurable() == .finish)
    }

    @Test(arguments: [true, false])
    func effectsWaitForTheOpeningReceipt(upstreamFirst: Bool) {
        var machine = ExchangeMachine(upload: .gathered, hasEffects: true, isIdempotent: false)
        #expect(machine.start() == [])
        #expect(machine.wantsRequest == true)
        #expect(machine.requestEnded() == [.appendOpening, .openUpstream])
        if upstreamFirst {
            #expect(machine.upstreamOpened() == [])
            #expect(machine.openingDurable() == [.sendHead, .sendEnd])
        } else {
            #expect(machine.openingDurable() == [])
            #expect(machine.upstreamOpened() == [.sendHead, .sendEnd])
        }
        _ = machine.responseHead(.gather, isError: false)
        #expect(machine.responseEnded() == .appendFinal)
        #expect(machine.finalDurable() == [.sendResponseHead, .sendResponseContent, .sendResponseEnd, .finish])
    }

    @Test(arguments: [true, false])
    func streamedUploadHoldsItsEndBack(openingFirst: Bool) {
        var machine = ExchangeMachine(upload: .streamed, hasEffects: true, isIdempotent: true)
        #expect(machine.start() == [.appendOpening, .openUpstream])
        #expect(machine.wantsRequest == false)
        #expect(machine.upstreamOpened() == .sendHead)
        #expect(machine.wantsRequest == true)
        if openingFirst {
            #expect(machine.openingDurable() == [])
            #expect(machine.requestEnded() == .sendEnd)
        } else {
            #expect(machine.requestEnded() == [])
            #expect(machine.openingDurable() == .sendEnd)
        }
        #expect(machine.hasSentRequest == true)
    }

    @Test func uploadOfUnknownLengthBecomesAStream() {
        var machine = ExchangeMachine(upload: .gathered, hasEffects: true, isIdempotent: true)
        _ = machine.start()
        #expect(machine.requestExceeds() == [.appendOpening, .openUpstream])
        #expect(machine.requestExceeds() == [])
        #expect(machine.upstreamOpened() == .sendHead)
        #expect(machine.streamsRequest == true)
    }

    @Test func uploadThatEndsBeforeTheConnectionIsThereGoesWhole() {
        var machine = ExchangeMachine(upload: .streamed, hasEffects: true, isIdempotent: true)
        _ = machine.start()
        #expect(machine.requestEnded() == [])
        #expect(machine.openingDurable() == [])
        #expect(machine.upstreamOpened() == [.sendHead, .sendEnd])
    }

    @Test func badDigestBreaksTheUploadOff() {
        var machine = ExchangeMachine(upload: .streamed, hasEffects: true, isIdempotent: true)
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.openingDurable()
        #expect(machine.fail() == [.abortUpstream, .appendFinal])
        #expect(machine.requestEnded() == [])
        #expect(machine.finalDurable() == [.sendProblem, .finish])
    }

    @Test func closingReceiptWaitsForTheOpeningOne() {
        var machine = ExchangeMachine(upload: .streamed, hasEffects: true, isIdempotent: true)
        _ = machine.start()
        #expect(machine.fail() == .abortUpstream)
        #expect(machine.openingDurable() == .appendFinal)
        #expect(machine.finalDurable() == [.sendProblem, .finish])
    }

    @Test func earlyErrorOfTheProviderIsPassedOn() {
        var machine = ExchangeMachine(upload: .streamed, hasEffects: true, isIdempotent: true)
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.openingDurable()
        #expect(machine.responseHead(.gather, isError: true) == [])
        #expect(machine.wantsRequest == false)
        #expect(machine.requestEnded() == [])
        #expect(machine.responseEnded() == .appendFinal)
        #expect(machine.finalDurable().contains(.sendResponseHead))
    }

    @Test func earlySuccessOfTheProviderIsNotBelieved() {
        var machine = ExchangeMachine(upload: .streamed, hasEffects: true, isIdempotent: true)
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.openingDurable()
        #expect(machine.responseHead(.gather, isError: false) == [.abortUpstream, .appendFinal])
        #expect(machine.finalDurable() == [.sendProblem, .finish])
    }

    @Test func idempotentRequestIsSentAgainOnceIfAReusedConnectionWasClosed() {
        var machine = self.get()
        _ = machine.start()
        _ = machine.upstreamOpened()
        #expect(machine.upstreamLost(wasReused: true) == .openUpstream)
        #expect(machine.upstreamOpened() == [.sendHead, .sendEnd])
        #expect(machine.upstreamLost(wasReused: true) == [.abortUpstream, .appendFinal])
    }

    @Test(arguments: [
        (ExchangeMachine.Upload.none, true, false), (.none, false, true), (.streamed, true, true),
    ])
    func otherRequestsAreNotSentAgain(upload: ExchangeMachine.Upload, isIdempotent: Bool, wasReused: Bool) {
        var machine = ExchangeMachine(upload: upload, hasEffects: false, isIdempotent: isIdempotent)
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.openingDurable()
        #expect(machine.upstreamLost(wasReused: wasReused) == [.abortUpstream, .appendFinal])
    }

    @Test func responseIsNotSentAgainOnceItBegan() {
        var machine = self.get()
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.responseHead(.gather, isError: false)
        #expect(machine.upstreamLost(wasReused: true) == [.abortUpstream, .appendFinal])
    }

    @Test func providerThatBreaksOffAStreamBreaksTheResponseOff() {
        var machine = self.get()
        _ = machine.start()
        _ = machine.upstreamOpened()
        _ = machine.responseHead(.stream, isError: false)
        _ = machine.openingDurable()
        #expect(machine.upstreamLost(wasReused: false) == [.abortUpstream, .appendFinal, .abortResponse])
        #expect(machine.finalDurable() == .finish)
    }

    @Test func nothingIsSentWithoutAReceipt() {
        var small = self.get()
        _ = small.start()
        _ = small.upstreamOpened()
        _ = small.responseHead(.gather, isError: false)
        _ = small.responseEnded()
        #expect(small.receiptFailed() == [.abortUpstream, .sendProblem, .finish])
        var long = self.get()
        _ = long.start()
        _ = long.upstreamOpened()
        _ = long.responseHead(.stream, isError: false)
        #expect(long.receiptFailed() == [.abortUpstream, .sendProblem, .finish])
        var streaming = self.get()
        _ = streaming.start()
        _ = streaming.upstreamOpened()
        _ = streaming.responseHead(.stream, isError: false)
        _ = streaming.openingDurable()
        #expect(streaming.receiptFailed() == [.abortUpstream, .abortResponse, .finish])
    }

    @Test func consumerThatLeavesBeforeAnythingWasPassedOnLeavesNoReceipt() {
        var machine = self.get()
        _ = machine.start()
        #expect(machine.consumerClosed() == [.abortUpstream, .finish])
    }

    @Test func consumerThatLeavesLaterLeavesOne() {
        var machine = self.get()
        _ = machine.start()
        _ = machine.upstreamOpened()
        #expect(machine.consumerClosed() == [.abortUpstream, .appendFinal, .finish])
        #expect(machine.finalDurable() == [])
    }

    @Test func refusalIsSentBehindItsReceipt() {
        var machine = self.get()
        #expect(machine.fail() == [.abortUpstream, .appendFinal])
        #expect(machine.finalDurable() == [.sendProblem, .finish])
    }
}

/// Events in any order: what must hold in all of them.
@Suite struct ExchangeMachineInvariantTests {
    /// Follows a machine's actions and complains about what must never be.
    private struct Observer {
        var openingAppended = false
        var openingDurable = false
        var finalAppended = 0
        var finalDurable = false
        var finished = 0
        let hasEffects: Bool

        mutating func see(_ actions: ExchangeMachine.Actions) {
            if actions.contains(.appendOpening) {
                #expect(!self.openingAppended)
                self.openingAppended = true
            }
            if actions.contains(.sendEnd), self.hasEffects { #expect(self.openingDurable) }
            if actions.contains(.sendResponseHead) || actions.contains(.sendResponseContent) {
                #expect(self.openingDurable || self.finalDurable)
            }
            if actions.contains(.sendResponseEnd) { #expect(self.finalDurable) }
            if actions.contains(.appendFinal) {
                #expect(!self.openingAppended || self.openingDurable)
                self.finalAppended += 1
                #expect(self.finalAppended == 1)
            }
            if actions.contains(.finish) {
                self.finished += 1
                #expect(self.finished == 1)
            }
        }
    }

    @Test(arguments: 0..<64)
    func holdInAnyOrder(seed: UInt64) {
        var generator = SplitMix(state: seed)
        for _ in 0..<200 { self.run(&generator) }
    }

    private func run(_ generator: inout SplitMix) {
        let uploads: [ExchangeMachine.Upload] = [.none, .gathered, .streamed]
        let upload = uploads[Int.random(in: 0..<3, using: &generator)]
        let hasEffects = Bool.random(using: &generator)
        var machine = ExchangeMachine(
            upload: upload, hasEffects: hasEffects, isIdempotent: Bool.random(using: &generator))
        var observer = Observer(hasEffects: hasEffects)
        observer.see(machine.start())
        for _ in 0..<24 {
            switch Int.random(in: 0..<14, using: &generator) {
            case 0: observer.see(machine.requestExceeds())
            case 1, 2: observer.see(machine.requestEnded())
            case 3, 4: observer.see(machine.upstreamOpened())
            case 5: observer.see(machine.responseHead(.gather, isError: Bool.random(using: &generator)))
            case 6: observer.see(machine.responseHead(.stream, isError: false))
            case 7: observer.see(machine.responseContent(exceeds: Bool.random(using: &generator)))
            case 8: observer.see(machine.responseEnded())
            case 9, 10:
                guard observer.openingAppended, !observer.openingDurable else { continue }
                observer.openingDurable = true
                observer.see(machine.openingDurable())
            case 11:
                guard observer.finalAppended == 1, !observer.finalDurable else { continue }
                observer.finalDurable = true
                observer.see(machine.finalDurable())
            case 12: observer.see(machine.upstreamLost(wasReused: Bool.random(using: &generator)))
            default:
                guard Int.random(in: 0..<6, using: &generator) == 0 else { continue }
                observer.see(Bool.random(using: &generator) ? machine.fail() : machine.consumerClosed())
            }
        }
    }
}

/// A small generator with a seed, so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
