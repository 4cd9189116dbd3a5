import NIOCore
import NIOPosix

/// The relay's part of every event loop of a gateway.
final class RelayLoops: Sendable {
    private typealias Box = NIOLoopBoundBox<RelayLoop?>

    private let boxes: [ObjectIdentifier: Box]
    private let eventLoops: [any EventLoop]

    init(core: RelayCore, group: MultiThreadedEventLoopGroup) async throws {
        var boxes: [ObjectIdentifier: Box] = [:]
        for eventLoop in group.makeIterator() {
            let box: Box = NIOLoopBoundBox.makeEmptyBox(valueType: RelayLoop.self, eventLoop: eventLoop)
            try await eventLoop.submit { box.value = RelayLoop(core: core, eventLoop: eventLoop) }.get()
            boxes[ObjectIdentifier(eventLoop)] = box
        }
        self.boxes = boxes
        self.eventLoops = Array(group.makeIterator())
    }

    /// The part of the event loop that the caller runs on; `nil` for a loop of another group.
    func loop(of eventLoop: any EventLoop) -> RelayLoop? {
        self.boxes[ObjectIdentifier(eventLoop)]?.value
    }

    /// Looks at deadlines and keys from now on, until the event loops end.
    func startSweeping() {
        for eventLoop in self.eventLoops {
            guard let box = self.boxes[ObjectIdentifier(eventLoop)] else { continue }
            eventLoop.scheduleRepeatedTask(initialDelay: RelayLoop.sweepInterval, delay: RelayLoop.sweepInterval) { _ in
                box.value?.sweep()
            }
        }
    }

    /// Finishes what is under way, for so long, and gives up the rest.
    func drain(timeout: TimeAmount) async {
        await self.forEach { $0.drain() }
        await self.waitUntilQuiet(before: .now() + timeout)
        await self.forEach { $0.closeAll() }
        await self.waitUntilQuiet(before: .now() + .seconds(2))
    }

    /// Breaks the references between loops and what they hold.
    func stop() async {
        for (eventLoop, box) in self.eventLoops.map({ ($0, self.boxes[ObjectIdentifier($0)]) }) {
            try? await eventLoop.submit { box?.value = nil }.get()
        }
    }

    private func forEach(_ body: @escaping @Sendable (RelayLoop) -> Void) async {
        for eventLoop in self.eventLoops {
            guard let box = self.boxes[ObjectIdentifier(eventLoop)] else { continue }
            try? await eventLoop.submit { if let loop = box.value { body(loop) } }.get()
        }
    }

    private func waitUntilQuiet(before deadline: NIODeadline) async {
        for eventLoop in self.eventLoops {
            guard let box = self.boxes[ObjectIdentifier(eventLoop)] else { continue }
            while NIODeadline.now() < deadline,
                (try? await eventLoop.submit { box.value?.isQuiet ?? true }.get()) == false
            {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
