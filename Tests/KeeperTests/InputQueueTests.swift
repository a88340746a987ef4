import Keeper
import Testing

@Suite("Waiting input")
struct InputQueueTests {
    private static func written(by queue: inout InputQueue, at most: Int = .max) -> [UInt8] {
        var written: [UInt8] = []
        while queue.waitingCount > 0, written.count < most {
            queue.drain { bytes in
                let part = bytes.prefix(most - written.count)
                written += part
                return part.count
            }
        }
        return written
    }

    @Test("is taken once, by its place in the whole")
    func offsets() {
        var queue = InputQueue()
        queue.accept([1, 2, 3], at: 0)
        queue.accept([1, 2, 3], at: 0)
        queue.accept([3, 4], at: 2)
        queue.accept([9], at: 5)
        queue.accept([], at: 0)
        #expect(queue.state.acceptedByteCount == 4)
        #expect(Self.written(by: &queue) == [1, 2, 3, 4])
        queue.accept([1, 2, 3, 4, 5], at: 0)
        #expect(Self.written(by: &queue) == [5])
    }

    @Test("is taken up to the limit, and again when some has gone")
    func limit() {
        var queue = InputQueue()
        queue.accept([UInt8](repeating: 1, count: InputQueue.byteCountMax + 10), at: 0)
        #expect(
            queue.state
                == InputState(
                    acceptedByteCount: UInt64(InputQueue.byteCountMax), roomByteCount: 0, isOpen: true))
        _ = Self.written(by: &queue, at: 4)
        #expect(queue.state.roomByteCount == 4)
        queue.accept([2, 3], at: UInt64(InputQueue.byteCountMax))
        #expect(queue.state.acceptedByteCount == UInt64(InputQueue.byteCountMax) + 2)
    }

    @Test("comes out as it went in, however it is cut", arguments: 1...30)
    func cuts(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = InputQueue()
        let bytes = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        var written: [UInt8] = []
        while written.count < bytes.count {
            let accepted = Int(queue.state.acceptedByteCount)
            let start = Int.random(in: max(0, accepted - 20)...accepted, using: &random)
            queue.accept(Array(bytes[start...].prefix(Int.random(in: 0...300, using: &random))), at: UInt64(start))
            written += Self.written(by: &queue, at: Int.random(in: 0...250, using: &random))
            #expect(queue.waitingCount == Int(queue.state.acceptedByteCount) - written.count)
        }
        #expect(written == bytes)
    }

    @Test("that was taken before the end is still written, and none after it")
    func close() {
        var queue = InputQueue()
        queue.accept([1, 2], at: 0)
        queue.close()
        queue.accept([3], at: 2)
        #expect(!queue.isDue)
        #expect(queue.state == InputState(acceptedByteCount: 2, roomByteCount: 0, isOpen: false))
        #expect(Self.written(by: &queue) == [1, 2])
        #expect(queue.isDue)
        queue.discard()
        #expect(!queue.isDue)
    }
}
