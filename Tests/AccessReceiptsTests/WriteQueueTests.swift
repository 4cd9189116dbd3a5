import Foundation
import Testing

@testable import AccessReceipts

@Suite struct WriteQueueTests {
    private static func item() -> WriteQueue.Item {
        let receipt = Samples.receipt()
        return .receipt(
            PendingReceipt(
                id: receipt.id, kind: .single, time: 0, denied: false, consumer: "", provider: nil, dataset: nil,
                body: [1], nonce: nil, reservations: [], completion: { _ in }))
    }

    /// Whoever pushes must wake the writer, whether it waits for something or for company, or this never ends.
    @Test(.timeLimit(.minutes(1)), arguments: [1, 4, 100])
    func everythingPushedIsTaken(threads: Int) {
        let queue = WriteQueue(maximumReceipts: .max, maximumBytes: .max)
        let each = 4000 / threads
        for _ in 0..<threads {
            Thread {
                for number in 0..<each {
                    _ = queue.push(Self.item())
                    if number % 16 == 0 { Thread.sleep(forTimeInterval: 0.0001) }
                }
            }.start()
        }
        var taken = 0
        while taken < each * threads, let items = queue.next() {
            taken += items.count
            queue.gather(after: items.count, lasting: .milliseconds(1))
        }
        #expect(taken == each * threads)
        queue.close()
        #expect(queue.next() == nil)
    }

    @Test func companyEndsTheWait() throws {
        let queue = WriteQueue(maximumReceipts: .max, maximumBytes: .max)
        for _ in 0..<3 { _ = queue.push(Self.item()) }
        queue.gather(after: 3, lasting: .milliseconds(1))
        #expect(try #require(queue.next()).count == 3)
        // Nobody comes: it ends by itself, and leaves the queue usable.
        queue.gather(after: 3, lasting: .milliseconds(1))
        _ = queue.push(Self.item())
        #expect(try #require(queue.next()).count == 1)
    }

    /// However long a commit took, and however long nobody comes.
    @Test(.timeLimit(.minutes(1))) func theWaitForCompanyIsBounded() throws {
        let queue = WriteQueue(maximumReceipts: .max, maximumBytes: .max)
        for _ in 0..<100 { queue.gather(after: 64, lasting: .seconds(30)) }
        _ = queue.push(Self.item())
        #expect(try #require(queue.next()).count == 1)
    }

    @Test func numbersAreNotHandedOutTwice() {
        let (one, other) = (RandomBuffer(), RandomBuffer())
        let numbers = (0..<1000).flatMap { _ in [one.next(), other.next()] }
        #expect(Set(numbers).count == numbers.count)
    }
}
