/// What waits to be written to a process's stdin.
package struct InputQueue: Sendable {
    /// 1 MiB: a prompt with a few pictures. A program that does not read must not fill the keeper's memory.
    package static let byteCountMax = 1 << 20

    private static let pieceByteCount = ControlRequest.inputByteCountMax

    private enum Phase { case open, closing, closed }

    /// In pieces, so that a queue that has been long gives its memory back.
    private var pieces: [[UInt8]] = []
    /// How much of the first piece has been written.
    private var writtenCount = 0
    package private(set) var waitingCount = 0
    private var acceptedByteCount: UInt64 = 0
    private var phase = Phase.open

    package init() {}

    package var state: InputState {
        let room = phase == .open ? Self.byteCountMax - waitingCount : 0
        return InputState(
            acceptedByteCount: acceptedByteCount, roomByteCount: UInt64(room), isOpen: phase == .open)
    }

    /// stdin is to be closed now: it was asked for, and nothing waits.
    package var isDue: Bool { phase == .closing && waitingCount == 0 }

    /// Takes what is new and fits; the caller learns from `state` how far that went.
    ///
    /// Bytes that would leave a hole are not taken at all.
    package mutating func accept(_ input: [UInt8], at offset: UInt64) {
        guard phase == .open, offset <= acceptedByteCount else { return }
        let known = acceptedByteCount - offset
        guard known < input.count else { return }
        let fitting = input[Int(known)...].prefix(Self.byteCountMax - waitingCount)
        append(fitting)
        waitingCount += fitting.count
        acceptedByteCount += UInt64(fitting.count)
    }

    /// Small inputs share a piece: a million of one byte must not cost a million pieces.
    private mutating func append(_ input: ArraySlice<UInt8>) {
        if let last = pieces.indices.last, pieces[last].count + input.count <= Self.pieceByteCount {
            pieces[last] += input
        } else {
            pieces.append(Array(input))
        }
    }

    /// Takes nothing more, and lets what waits be written.
    package mutating func close() {
        if phase == .open { phase = .closing }
    }

    /// Gives up: stdin is closed, or nobody reads it any more.
    package mutating func discard() {
        phase = .closed
        (pieces, writtenCount, waitingCount) = ([], 0, 0)
    }

    /// Hands the first of what waits to `write`, which returns how much of it was written.
    package mutating func drain(_ write: (UnsafeRawBufferPointer) throws -> Int) rethrows {
        guard let piece = pieces.first else { return }
        let count = try unsafe piece.withUnsafeBytes {
            try unsafe write(UnsafeRawBufferPointer(rebasing: $0[writtenCount...]))
        }
        waitingCount -= count
        writtenCount += count
        guard writtenCount == piece.count else { return }
        pieces.removeFirst()
        writtenCount = 0
    }
}
