internal import WebCodec

/// A request that is being answered.
struct HTTPExchange {
    /// A streamed response that has begun.
    struct Writing {
        var body: OutgoingBody
        let keepsAlive: Bool
    }

    let number: Int
    let head: RequestHead
    var record: ExchangeRecord
    let beganMilliseconds: UInt64
    let task: Task<Void, Never>
    /// While the handler takes the body as it comes; nil when it has come to its end.
    var body: RequestBody?
    /// The client sends its body when it is told that somebody wants it.
    var awaitsReader: Bool
    var writing: Writing?

    /// What there is to say when `response` is the answer.
    func record(of response: Response, at now: UInt64) -> ExchangeRecord {
        var record = record(at: now)
        record.status = response.status
        record.notes = response.notes
        return record
    }

    func record(at now: UInt64) -> ExchangeRecord {
        var record = record
        record.milliseconds = now - beganMilliseconds
        return record
    }

    mutating func resumeWriter() {
        writing?.body.resumeWriter()
    }

    /// Nobody waits for the answer any more. What was only to be read, or has not come whole, is given up; what was to
    /// be done is done to its end, since half of it is no answer to anybody.
    ///
    /// - Parameter isOnlyWaiting: whether it has done nothing yet.
    mutating func end(_ error: RequestBodyError, isOnlyWaiting: Bool) {
        body?.end(.failure(error))
        writing?.body.stopWriter(error)
        if head.isRead || body != nil || isOnlyWaiting { task.cancel() }
    }
}
