// The door for HTTP: a request becomes a call of an operation, its answer becomes a response.
//
// FrontDoor.swift is where every request enters: it keeps strangers out (AccessGuard.swift), then asks the WebSocket
// and event streams, this door, and the dashboard's files in turn. Nothing here knows a card; what can be asked is in
// ../Operations.

import Model
import Transport
package import WebCodec
import Wire

/// Answers what the table has routes for.
package struct RESTDoor: Sendable {
    private let operations: Operations
    private static let routes = RouteTree(.all)

    package init(_ operations: Operations) {
        self.operations = operations
    }

    func route(of head: RequestHead) -> RouteTree.Outcome {
        Self.routes.find(head.method == .head ? .get : head.method, head.path)
    }

    /// Whether the operation that is asked for waits for something to happen, and does nothing before.
    @Sendable package static func isOnlyWaiting(_ head: RequestHead) -> Bool {
        if case .found(let match) = routes.find(head.method, head.path) {
            match.operation.isOnlyWaiting
        } else {
            false
        }
    }

    /// - Returns: nil when no operation has such a path.
    func respond(
        to head: RequestHead, _ route: RouteTree.Outcome, body: [UInt8], caller: Caller
    ) async -> Response? {
        switch route {
        case .unknown:
            return nil
        case .wrongMethod(let allowed):
            return head.method == .options ? .options(allowed) : .wrongMethod(head, allowed: allowed)
        case .found(let match):
            var response: Response
            do throws(HubError) {
                try requireAcceptable(head)
                let input = try RequestInput(match: match, head: head, body: body).read()
                let key = try head.headers["Idempotency-Key"].map { text throws(HubError) in try IdempotencyKey(text) }
                let answer = try await operations.call(match.operation, input, by: caller, key: key)
                response = Response(answer, match.operation.success, for: head)
            } catch {
                response = .problem(error, at: head)
            }
            response.notes.operation = match.operation.name
            return response
        }
    }

    /// Before anything is done: afterwards there would be no answer.
    private func requireAcceptable(_ head: RequestHead) throws(HubError) {
        let accept = head.headers.list("Accept")
        guard accept.isEmpty || MediaType.quality(of: "application/json", in: accept) > 0 else {
            throw HubError(.notAcceptable, "the answer is application/json, which Accept rules out")
        }
        guard !head.isRead || ContentNegotiation.coding(for: head) != nil else { throw .codingNotAcceptable }
    }
}

extension HubError {
    static let codingNotAcceptable = HubError(
        .notAcceptable, "the answer is plain or gzip, and Accept-Encoding rules out both")
}

extension Response {
    init(_ answer: OperationAnswer, _ success: Operation.Success, for head: RequestHead) {
        var headers: HTTPHeaders = ["Cache-Control": "no-store"]
        if let position = answer.position { headers.append("Roost-Position", position.description) }
        if answer.isReplayed { headers.append("Idempotency-Replayed", "true") }
        guard success.status != 204 else {
            self.init(status: 204, headers: headers)
            return
        }
        if case .created = success, let location = answer.location { headers.append("Location", location) }
        let bytes = answer.envelope(success)
        if head.isRead {
            self = .json(bytes, version: answer.version, headers: headers, for: head)
            return
        }
        if let version = answer.version { headers.append("ETag", EntityTag("\(version)").description) }
        headers.append("Content-Type", "application/json")
        self.init(status: success.status, headers: headers, body: .bytes(bytes))
    }

    /// What the path can do, for those who ask.
    static func options(_ methods: [HTTPMethod]) -> Response {
        Response(status: 204, headers: ["Allow": allowList(methods)])
    }

    static func wrongMethod(_ head: RequestHead, allowed: [HTTPMethod]) -> Response {
        let list = allowList(allowed)
        var response = problem(
            HubError(
                .methodNotAllowed, "\(head.method.name) is not one of \(list)",
                members: ["allow": .array(list.split(separator: ", ").map { .string(String($0)) })]), at: head)
        response.headers.append("Allow", list)
        return response
    }

    static func problem(_ error: HubError, at head: RequestHead) -> Response {
        var headers: HTTPHeaders = ["Content-Type": ProblemDocument.mediaType, "Cache-Control": "no-store"]
        if let seconds = error.retryAfterSeconds { headers.append("Retry-After", "\(seconds)") }
        if let challenge = error.challenge { headers.append("WWW-Authenticate", challenge) }
        // Without the query, which may hold what is nobody's business.
        let instance = String(head.target.prefix { $0 != "?" })
        return Response(
            status: error.code.http.status, headers: headers,
            body: .bytes(ProblemDocument.encode(error, instance: instance)))
    }

    private static func allowList(_ methods: [HTTPMethod]) -> String {
        let all = methods + (methods.contains(.get) ? [.head] : []) + [.options]
        return all.map(\.name).sorted().joined(separator: ", ")
    }
}

extension OperationAnswer {
    fileprivate func envelope(_ success: Operation.Success) -> [UInt8] {
        let data = data ?? Array("null".utf8)
        if case .bare = success { return data }
        var object = JSONObjectBytes()
        object.add("data", json: data)
        object.add("meta", json: meta)
        return object.finished()
    }
}

extension Operation.Success {
    package var status: Int {
        switch self {
        case .ok, .bare: 200
        case .created: 201
        case .noContent: 204
        }
    }
}
