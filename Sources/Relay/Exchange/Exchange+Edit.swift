import AccessReceipts
import Logging
import NIOCore
import SharingPolicy

// What duties make of a response's content, piece by piece.
//
// Nothing goes out before something was found that each duty names, and what is small is judged whole. Of what is longer a part
// is out when a fault is met: the response is then broken off, and its closing receipt says that it failed.
extension Exchange {
    /// Performs the duties on a piece of content; `nil` where the exchange has failed over it.
    func edited(_ content: ByteBuffer) -> ByteBuffer? {
        self.edit { edit, output throws in try edit.feed(content.readableBytesUInt8Span, into: &output) }
    }

    /// Performs the duties on what is left when the content has ended; `nil` where the exchange has failed over it.
    func editedEnd() -> ByteBuffer? {
        let last = self.edit { edit, output throws in try edit.finish(into: &output) }
        self.responseEdit = nil
        return last
    }

    private func edit(_ step: (inout ResponseStream, inout [UInt8]) throws -> Void) -> ByteBuffer? {
        guard var edit = self.responseEdit.take() else { return ByteBuffer() }
        var output: [UInt8] = []
        do {
            try step(&edit, &output)
        } catch {
            self.core.log(self, level: .warning, "a duty could not be performed", error: error)
            let isMissing = (error as? PolicyError)?.code == .fieldsNotFound
            self.fail(Problem(.dutyNotPerformed, isMissing ? self.permit?.missingFields : nil), end: .failed)
            return nil
        }
        if edit.isSatisfied { self.machine.dutiesFound() }
        let size = edit.size
        self.responseEdit = edit
        return self.makeRoom(for: size + self.responseWaiting + output.count) ? ByteBuffer(bytes: output) : nil
    }

    /// Takes as much room among all responses that are edited as this one needs now; fails the exchange where there is none.
    private func makeRoom(for bytes: Int) -> Bool {
        let more = bytes - self.heldForEdit
        guard more > 0 else {
            self.core.edits.release(-more)
            self.heldForEdit = bytes
            return true
        }
        guard self.core.edits.hold(more) else {
            self.core.log(self, level: .warning, "too much content waits for the duties of policies")
            self.fail(Problem(.overloaded, retryAfter: 1), end: .failed)
            return false
        }
        self.heldForEdit = bytes
        return true
    }

    func releaseEdit() {
        self.core.edits.release(self.heldForEdit)
        self.heldForEdit = 0
        self.responseEdit = nil
    }
}
