internal import DequeModule

/// What waits for one socket, in the order in which it will be written: what is sealed, then control frames, then the
/// rest. Frames are never split by one another: a frame that the kernel took in part is sealed.
struct OutboundQueue {
    private var sealed: Deque<Frame> = []
    private var control: Deque<Frame> = []
    private var ordinary: Deque<Frame> = []
    /// How much of the first sealed frame is written.
    private var writtenByteCount = 0
    private(set) var byteCount = 0
    /// Of the control frames that are not sealed.
    private(set) var controlByteCount = 0

    var isEmpty: Bool { byteCount == 0 }

    mutating func append(_ frame: Frame) {
        guard frame.byteCount > 0 else { return }
        ordinary.append(frame)
        byteCount += frame.byteCount
    }

    mutating func appendControl(_ frame: Frame) {
        control.append(frame)
        byteCount += frame.byteCount
        controlByteCount += frame.byteCount
    }

    /// Nothing that comes later overtakes what is here now.
    mutating func seal() {
        sealed.append(contentsOf: control)
        sealed.append(contentsOf: ordinary)
        control.removeAll()
        ordinary.removeAll()
        controlByteCount = 0
    }

    /// Forgets what has not begun to be written.
    mutating func dropUnsealed() {
        byteCount -= control.reduce(0) { $0 + $1.byteCount } + ordinary.reduce(0) { $0 + $1.byteCount }
        control.removeAll()
        ordinary.removeAll()
        controlByteCount = 0
    }

    /// Forgets everything: nothing can be written any more.
    mutating func dropAll() { self = OutboundQueue() }

    /// The next frames, or parts of frames, at most `countMax`, each with the number of its bytes that are written already.
    func forEachPending(countMax: Int, _ body: (_ frame: Frame, _ writtenByteCount: Int) -> Void) {
        var left = countMax
        var written = writtenByteCount
        func visitPart(_ part: Frame) {
            guard left > 0, written < part.byteCount else {
                written -= min(written, part.byteCount)
                return
            }
            body(part, written)
            written = 0
            left -= 1
        }
        func visit(_ frames: Deque<Frame>) {
            for frame in frames.prefix(left) where left > 0 {
                guard frame.parts.isEmpty else {
                    for part in frame.parts { visitPart(part) }
                    continue
                }
                body(frame, written)
                written = 0
                left -= 1
            }
        }
        visit(sealed)
        visit(control)
        visit(ordinary)
    }

    /// The kernel took that many bytes.
    mutating func consume(_ count: Int) {
        byteCount -= count
        var left = count + writtenByteCount
        writtenByteCount = 0
        while left > 0, let frame = popFirst() {
            guard left < frame.byteCount else {
                left -= frame.byteCount
                continue
            }
            // Begun: from here on nothing may come before its rest.
            sealed.prepend(frame)
            writtenByteCount = left
            left = 0
        }
    }

    private mutating func popFirst() -> Frame? {
        if let frame = sealed.popFirst() { return frame }
        if let frame = control.popFirst() {
            controlByteCount -= frame.byteCount
            return frame
        }
        return ordinary.popFirst()
    }
}
