import Model
package import Transport
import WebCodec
import Wire

/// Where every request enters.
package struct FrontDoor: Sendable {
    /// WebSocket and event streams: nil for a path that is none of theirs.
    package typealias Streams = @Sendable (Request, Caller) async -> Response?

    private let accessGuard: AccessGuard
    private let rest: RESTDoor
    private let page: StaticPage
    private let readiness: Readiness
    private let streams: Streams

    package init(
        accessGuard: AccessGuard, rest: RESTDoor, page: StaticPage, readiness: Readiness, streams: @escaping Streams
    ) {
        self.accessGuard = accessGuard
        self.rest = rest
        self.page = page
        self.readiness = readiness
        self.streams = streams
    }

    package func respond(to request: Request) async -> Response {
        await respond(to: request.head, body: request.body) { caller in await streams(request, caller) }
    }

    /// - Parameter streams: the same as the door's own, for this request.
    func respond(
        to head: RequestHead, body: [UInt8], streams: (Caller) async -> Response?
    ) async -> Response {
        var response: Response
        do throws(HubError) {
            try accessGuard.check(head)
            response = await answer(head, body, streams)
        } catch {
            response = .problem(error, at: head)
        }
        SecurityHeaders.add(to: &response.headers)
        CrossOrigin(accessGuard).add(to: &response, for: head)
        return response
    }

    private func answer(_ head: RequestHead, _ body: [UInt8], _ streams: (Caller) async -> Response?) async -> Response
    {
        // Until there are users, whoever reaches the hub is its one user.
        let caller = Caller.local
        if let response = await streams(caller) { return response }
        if let response = readiness.respond(to: head) { return response }
        if let response = await rest.respond(to: head, body: body, caller: caller) { return response }
        if let response = ProblemCatalog.respond(to: head) { return response }
        if let response = page.respond(to: head) { return response }
        return .problem(HubError(.routeNotFound, "there is no /\(head.path.joined(separator: "/"))"), at: head)
    }
}
