import Model
package import Transport
import WebCodec
import Wire

/// Where every request enters.
package struct FrontDoor: Sendable {
    /// WebSocket and event streams: nil for a path that is none of theirs.
    package typealias Streams = @Sendable (Request, Caller) async -> Response?

    /// What is there once the hub has its data.
    package struct Rooms: Sendable {
        let access: Access
        let rest: RESTDoor
        let metrics: MetricsDoor
        let streams: Streams

        package init(access: Access, rest: RESTDoor, metrics: MetricsDoor, streams: @escaping Streams) {
            (self.access, self.rest, self.metrics, self.streams) = (access, rest, metrics, streams)
        }
    }

    private let accessGuard: AccessGuard
    private let page: StaticPage
    private let readiness: Readiness
    private let rooms: Promise<Rooms>

    /// - Parameter rooms: requests wait for them; all but those that ask whether the hub is ready.
    package init(accessGuard: AccessGuard, page: StaticPage, readiness: Readiness, rooms: Promise<Rooms>) {
        self.accessGuard = accessGuard
        self.page = page
        self.readiness = readiness
        self.rooms = rooms
    }

    package func respond(to request: Request) async -> Response {
        var response = await respond(to: request) { rooms, caller in await rooms.streams(request, caller) }
        if response.headers["Content-Type"] == ProblemDocument.mediaType, case .bytes(let bytes) = response.body {
            response.body = .bytes(ProblemDocument.add(requestId: request.id, to: bytes))
        }
        return response
    }

    /// - Parameter streams: the rooms' own, for this request.
    func respond(
        to request: Request, streams: (Rooms, Caller) async -> Response?
    ) async -> Response {
        let head = request.head
        var response: Response
        do throws(HubError) {
            try accessGuard.check(head, host: request.host, scheme: request.scheme)
            response = await answer(request, streams)
        } catch {
            response = .problem(error, at: head)
        }
        SecurityHeaders.add(to: &response.headers, status: response.status)
        CrossOrigin(accessGuard).add(to: &response, for: head)
        return response
    }

    private func answer(
        _ request: Request, _ streams: (Rooms, Caller) async -> Response?
    ) async -> Response {
        let head = request.head
        if let response = readiness.respond(to: head) { return response }
        let rooms = await rooms.value()
        let caller = rooms.access.caller(of: head)
        let route = rooms.rest.route(of: head)
        var response: Response?
        if route.isBrief {
            response = await rooms.rest.respond(to: head, route, body: request.body, caller: caller)
        } else {
            response = await withTaskExecutorPreference(globalConcurrentExecutor) {
                if let response = rooms.metrics.respond(to: head, from: request.remote) { return response }
                if let response = await streams(rooms, caller) { return response }
                return await rooms.rest.respond(to: head, route, body: request.body, caller: caller)
            }
        }
        if var response {
            response.notes.user = caller.actor.id
            return response
        }
        if let response = ProblemCatalog.respond(to: head) { return response }
        if let response = page.respond(to: head) { return response }
        return .problem(HubError(.routeNotFound, "there is no /\(head.path.joined(separator: "/"))"), at: head)
    }
}
