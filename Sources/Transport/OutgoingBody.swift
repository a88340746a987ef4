internal import WebCodec

/// A streamed body that is on its way out: a response's, or a request's.
struct OutgoingBody {
    /// What its producer does against its own word.
    struct Overrun: Error {}

    let isChunked: Bool
    /// Of a counted one, what is still to come; else nil.
    private var remainingByteCount: Int?
    /// Of the producer, while there is no room.
    private var waiter: CheckedContinuation<Void, any Error>?

    /// - Parameters:
    ///   - byteCount: nil when nobody knows; then the body is chunked, or ends with the connection.
    init(byteCount: Int?, isChunked: Bool) {
        self.isChunked = isChunked
        remainingByteCount = byteCount
    }

    /// - Throws: when there is more than was promised: it would be read as the next message.
    mutating func frame(_ bytes: some Collection<UInt8>) throws(Overrun) -> Frame? {
        if let remaining = remainingByteCount {
            guard bytes.count <= remaining else { throw Overrun() }
            remainingByteCount = remaining - bytes.count
        }
        guard !bytes.isEmpty else { return nil }
        return isChunked ? Frame(ChunkedEncoding.chunk(bytes)) : Frame(bytes)
    }

    /// Whether it may end here.
    var isWhole: Bool { remainingByteCount ?? 0 == 0 }

    var end: Frame? { isChunked ? Frame(ChunkedEncoding.end) : nil }

    // MARK: The producer

    mutating func await(_ waiter: CheckedContinuation<Void, any Error>) {
        precondition(self.waiter == nil, "a body has one writer")
        self.waiter = waiter
    }

    mutating func resumeWriter() { waiter.take()?.resume() }
    mutating func stopWriter(_ error: any Error) { waiter.take()?.resume(throwing: error) }
}
