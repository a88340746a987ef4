// The door for a job's stream: its log from the beginning, or from where the client left it, and how it is, until it is over.
//
//   GET /api/jobs/{job}/stream
//
// Rows are read again whenever the job's journal rings; so a stream has no queue, and a client that comes back misses no line that
// is kept.

import Engine
import Journal
import Model
package import Transport
import WebCodec
import Wire

package struct JobDoor: Sendable {
    private let engine: Engine
    private let operations: Operations
    private let live: LiveHub

    package init(_ operations: Operations, _ live: LiveHub) {
        (engine, self.operations, self.live) = (operations.engine, operations, live)
    }

    /// - Returns: nil for what is not its path.
    package func respond(to request: Request, for caller: Caller) async -> Response? {
        let head = request.head
        guard head.path.count == 4, head.path[..<2] == ["api", "jobs"], head.path[3] == "stream" else { return nil }
        switch head.method {
        case .get, .head:
            do {
                return try await stream(head, caller)
            } catch {
                return .problem(operations.hubError(for: error, in: "a job's stream"), at: head)
            }
        case .options: return .options([.get])
        case .post, .put, .patch, .delete, .other: return .wrongMethod(head, allowed: [.get])
        }
    }

    private func stream(_ head: RequestHead, _ caller: Caller) async throws -> Response {
        let accept = head.headers.list("Accept")
        guard accept.isEmpty || MediaType.quality(of: ServerSentEvent.mediaType, in: accept) > 0 else {
            throw HubError(.notAcceptable, "the answer is \(ServerSentEvent.mediaType), which Accept rules out")
        }
        try operations.admit(caller, to: .jobStream)
        guard let id = Job.ID(head.path[2]) else { throw HubError.notFound(.job, head.path[2]) }
        let job = try await engine.journal.read { try $0.required(id) }
        guard caller.sees(job) else { throw HubError.notFound(.job, head.path[2]) }
        let place = try live.streamPlace(for: caller)
        // What is none of ours begins at the beginning.
        let seen = SubscribeInput.lastEventID(head).flatMap(Int.init)
        return Response(
            headers: ["Content-Type": ServerSentEvent.mediaType, "Cache-Control": "no-store"],
            body: .stream(byteCount: nil) { writer in
                defer { place?.leave() }
                try await write(job, after: seen, for: caller.pass, to: writer)
            })
    }

    private struct Look: Sendable {
        /// nil when it has been forgotten.
        let job: Job?
        let lines: [JobLine]
    }

    private func write(_ job: Job, after seen: Int?, for pass: Pass, to writer: BodyWriter) async throws {
        let listener = engine.bell.listen(to: job.journal)
        defer { engine.bell.forget(listener) }
        var (seen, told): (Int?, Job?) = (seen, nil)
        while true {
            let look = try await engine.journal.read { [seen] reader in
                Look(
                    job: try reader.get(job.id),
                    lines: try reader.log(of: job.id, after: seen, limit: JobLimits.linesPageMax))
            }
            guard operations.access.caller(pass).sees(job) else { return }
            var bytes: [UInt8] = []
            for line in look.lines {
                bytes += ServerSentEvent.block(
                    id: "\(line.index)", event: ReplaceableType.jobLog.rawValue, data: try WireJSON.encode(line))
            }
            seen = look.lines.last?.index ?? seen
            let isWhole = look.lines.count < JobLimits.linesPageMax
            // Its end is told behind all that it said.
            if isWhole, let now = look.job, now != told {
                bytes += ServerSentEvent.block(id: nil, event: now.lastEvent.rawValue, data: try WireJSON.encode(now))
                told = now
            }
            let isOver = isWhole && look.job?.status.isOver ?? true
            if isOver { bytes += ServerSentEvent.block(id: nil, event: "done", data: Array("{}".utf8)) }
            if !bytes.isEmpty { try await writer.write(bytes) }
            if isOver { return }
            if isWhole, try await !listener.rings(within: ServerSentEvent.silence, operations.clock) {
                try await writer.write(ServerSentEvent.ping)
            }
        }
    }
}

extension Job {
    fileprivate var lastEvent: EventType {
        switch status {
        case .queued: .jobCreated
        case .running: .jobProgress
        case .done: .jobDone
        case .error: .jobError
        }
    }
}
