// The door for one-shot automation that wants to see the work while it is done.
//
//   POST /api/agent {"project": …, "prompt": …, "stream": true}     or with `Accept: text/event-stream`
//
// The operation `runs.ask` is called as ever, and does not wait; then the run's events follow, numbered as on its own stream, and at its end
// `done` with what the operation would have answered. Rows are read again whenever the project's journal rings, so a stream has no
// queue, and one that is slow costs its client alone. The run does not need it: who leaves can come back to
// `GET /api/runs/{run}/events/stream` with the last `id`, or here with the same `Idempotency-Key`.

import Engine
import Journal
package import Logging
import Model
package import Transport
import WebCodec
import Wire

package struct AgentDoor: Sendable {
    private static let pageByteCountMax = 1 << 20

    private let rest: RESTDoor
    private let operations: Operations
    private let live: LiveHub
    private let isGoing: @Sendable () -> Bool
    private let log: Logger
    private var engine: Engine { operations.engine }

    /// - Parameter isGoing: whether the hub itself goes away, which ends streams and no runs.
    package init(_ operations: Operations, _ live: LiveHub, log: Logger, isGoing: @escaping @Sendable () -> Bool) {
        (self.operations, self.live, self.log, self.isGoing) = (operations, live, log, isGoing)
        rest = RESTDoor(operations)
    }

    /// - Returns: nil for what wants no stream.
    package func respond(to request: Request, for caller: Caller) async -> Response? {
        let head = request.head
        guard head.method == .post, case .found(let match) = rest.route(of: head), match.operation.name == "runs.ask"
        else { return nil }
        do throws(HubError) {
            let input = try RequestInput(match: match, head: head, body: request.body).read()
            guard try wantsStream(head, input), case .object(var members) = input else { return nil }
            let key = try head.headers["Idempotency-Key"].map { text throws(HubError) in try IdempotencyKey(text) }
            let waitMs = members["waitMs"]?.integer
            // What may not be waited is the operation's to refuse.
            if (0...Int64(engine.settings.limits.agentWaitMsMax)).contains(waitMs ?? 0) { members["waitMs"] = 0 }
            let place = try live.streamPlace(for: caller)
            let before = await position(before: members)
            let answer = try await operations.call(match.operation, .object(members), by: caller, key: key)
            let run = try asked(answer).run
            let watch = Watch(
                run: run, after: answer.isReplayed ? nil : before, waitMs: waitMs, caller: caller,
                stops: members["stopOnDisconnect"]?.bool == true)
            var response = Response(
                headers: [
                    "Content-Type": ServerSentEvent.mediaType, "Cache-Control": "no-store",
                    "Location": "/api/runs/\(run.id)",
                ],
                body: .stream(byteCount: nil) { writer in
                    defer { place?.leave() }
                    try await follow(watch, to: writer)
                })
            response.notes.operation = match.operation.name
            return response
        } catch {
            return .problem(error, at: head)
        }
    }

    private struct Watch: Sendable {
        let run: Run
        /// nil: whatever is kept of the run's history.
        let after: JournalPosition?
        let waitMs: Int64?
        let caller: Caller
        let stops: Bool
    }

    private func wantsStream(_ head: RequestHead, _ input: JSONValue) throws(HubError) -> Bool {
        let accept = head.headers.list("Accept")
        let quality = accept.isEmpty ? 0 : MediaType.quality(of: ServerSentEvent.mediaType, in: accept)
        guard input["stream"]?.bool == true else {
            return input["stream"] == nil && quality > 0
                && quality > MediaType.quality(of: "application/json", in: accept)
        }
        guard accept.isEmpty || quality > 0 else {
            throw HubError(.notAcceptable, "a stream is \(ServerSentEvent.mediaType), which Accept rules out")
        }
        return true
    }

    /// Where the project's journal stands before the run is made: what is not found is the operation's to say.
    private func position(before members: [String: JSONValue]) async -> JournalPosition? {
        guard let name = members["project"]?.string else { return nil }
        do {
            return try await engine.journal.read { try $0.position(of: .project($0.projectID(name))) }
        } catch {
            return nil
        }
    }

    private func asked(_ answer: OperationAnswer) throws(HubError) -> AskedRun {
        do {
            return try WireJSON.decode(AskedRun.self, from: answer.data ?? [])
        } catch {
            throw operations.hubError(for: error, in: "runs.ask")
        }
    }

    // MARK: Following

    private func follow(_ watch: Watch, to writer: BodyWriter) async throws {
        do {
            try await write(watch, to: writer)
        } catch RequestBodyError.clientLeft where watch.stops && !isGoing() {
            // This task ends with its client; the stop is not its client's to call off any more.
            Task { [engine, log] in
                do {
                    _ = try await engine.stopRun(watch.run.id, by: watch.caller.actor)
                } catch {
                    log.debug("Not stopped", metadata: ["run": "\(watch.run.id)", "why": "\(error)"])
                }
            }
        }
    }

    private func write(_ watch: Watch, to writer: BodyWriter) async throws {
        let journal = JournalKey.project(watch.run.projectId)
        let listener = engine.bell.listen(to: journal)
        defer { engine.bell.forget(listener) }
        let deadline = watch.waitMs.map { operations.clock.now().adding(milliseconds: $0) }
        var stream = AgentStream(after: watch.after?.seq)
        while true {
            let look = try await engine.journal.read { [stream] reader in
                try reader.look(at: watch.run.id, after: stream.seen, byteCountMax: Self.pageByteCountMax)
            }
            guard operations.access.caller(watch.caller.pass).sees(watch.run) else {
                return try await writer.write(stream.end(epoch: look.epoch))
            }
            var (bytes, isWhole) = stream.take(look.page, epoch: look.epoch)
            let isOver =
                isWhole && (look.asked.run.status.isOver || deadline.map { operations.clock.now() >= $0 } ?? false)
            if isOver {
                bytes += ServerSentEvent.block(id: nil, event: "done", data: try WireJSON.encode(look.asked))
            }
            // Its client comes back to the run, whose stream goes on where this one ended.
            let isLeft = !isOver && isWhole && isGoing()
            if isLeft { bytes += Door.closingBlock(retryAfterMs: live.retryAfterMs()) }
            if !bytes.isEmpty { try await writer.write(bytes) }
            if isOver || isLeft { return }
            if isWhole, try await !listener.rings(within: pause(until: deadline), operations.clock) {
                try await writer.write(ServerSentEvent.ping)
            }
        }
    }

    private func pause(until deadline: Timestamp?) -> Duration {
        guard let deadline else { return ServerSentEvent.silence }
        let left = deadline.millisecondsSince1970 - operations.clock.now().millisecondsSince1970
        return min(ServerSentEvent.silence, .milliseconds(max(1, left)))
    }
}

extension Reader {
    fileprivate func look(
        at id: Run.ID, after seen: UInt64?, byteCountMax: Int
    ) throws -> (asked: AskedRun, page: EventPage, epoch: String) {
        let run = try required(id)
        let page = try events(
            of: run, after: seen ?? (oldestSeq(of: run.journal) - 1), limit: Limits.eventPageMax,
            byteCountMax: byteCountMax)
        return (AskedRun(run: run, answer: try lastWords(of: id)), page, try position(of: run).epoch)
    }
}

extension Run.Status {
    /// Nothing more comes of it by itself.
    fileprivate var isOver: Bool {
        switch self {
        case .completed, .failed, .cancelled, .interrupted, .paused: true
        case .draft, .queued, .running, .waiting: false
        }
    }
}
