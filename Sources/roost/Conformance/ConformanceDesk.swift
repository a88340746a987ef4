import Logging
import Model
import Synchronization
import Transport
import WebCodec
import Wire

/// A hub that is played: each scenario at a base address of its own, `http://host:port/<scenario>`.
final class ConformanceDesk: Sendable {
    private let plays = Mutex<[ConformanceScenario: ConformancePlay]>([:])
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    init() { start = clock.now }

    private var nowMs: Int64 {
        let (seconds, attoseconds) = (clock.now - start).components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }

    func serve(on listener: Listener, log: Logger) throws -> Server {
        var configuration = ServerConfiguration(log: log, unixSeconds: { 0 })
        configuration.listeners = [listener]
        return try Server.start(configuration) { [self] request in respond(to: request.head) }
    }

    /// As it stands.
    func play(_ scenario: ConformanceScenario) -> ConformancePlay {
        plays.withLock { $0[scenario] ?? ConformancePlay(scenario) }
    }

    fileprivate func with<Value: Sendable>(
        _ scenario: ConformanceScenario, _ body: (inout ConformancePlay, Int64) -> Value
    ) -> Value {
        let now = nowMs
        return plays.withLock { body(&$0[scenario, default: ConformancePlay(scenario)], now) }
    }

    private func respond(to head: RequestHead) -> Response {
        guard let name = head.path.first else {
            return Self.json(.array(ConformanceScenario.allCases.map { verdict($0) }))
        }
        guard let scenario = ConformanceScenario(rawValue: name) else { return Response(status: 404) }
        switch head.path.dropFirst() {
        case []: return Self.json(verdict(scenario))
        case ["api", "ws"]:
            let isBatching = head.queryValue("batch") == "1"
            return Response(
                body: .webSocket { [self] channel in
                    ConformanceSession(self, scenario, channel, isBatching: isBatching)
                })
        default: return Response(status: 404)
        }
    }

    private func verdict(_ scenario: ConformanceScenario) -> JSONValue {
        let play = play(scenario)
        return [
            "scenario": .string(scenario.rawValue), "section": .string(scenario.says.section),
            "says": .string(scenario.says.rule), "holds": .bool(play.holds), "isReported": .bool(play.isReported),
            "faults": .array(play.faults.map(JSONValue.string)),
        ]
    }

    private static func json(_ value: JSONValue) -> Response {
        Response(headers: ["Content-Type": "application/json"], body: .bytes(WireJSON.encode(value)))
    }
}

/// One connection of the client. Its calls come on the connection's loop.
private final class ConformanceSession: WebSocketHandler {
    private let desk: ConformanceDesk
    private let scenario: ConformanceScenario
    private let channel: OutboundChannel
    private let isBatching: Bool
    /// Closed by the scenario, or silent: what comes now is not heard, however late it comes.
    private let isOver = Mutex(false)

    init(_ desk: ConformanceDesk, _ scenario: ConformanceScenario, _ channel: OutboundChannel, isBatching: Bool) {
        (self.desk, self.scenario, self.channel, self.isBatching) = (desk, scenario, channel, isBatching)
    }

    func opened() { perform(desk.with(scenario) { $0.opened(nowMs: $1) }) }
    func closed(code: UInt16, reason: String) {
        if !isOver.withLock({ $0 }) { desk.with(scenario) { $0.closed(nowMs: $1) } }
    }

    func received(_ message: WebSocketMessage) {
        guard !isOver.withLock({ $0 }) else { return }
        for frame in frames(of: message) where !isOver.withLock({ $0 }) {
            perform(desk.with(scenario) { $0.heard(frame, nowMs: $1) })
        }
    }

    private func frames(of message: WebSocketMessage) -> [JSONValue] {
        do throws(HubError) {
            guard case .text(let bytes) = message else { throw HubError(.badRequest, "frames are text") }
            let value = try WireJSON.parse(bytes)
            guard let frames = value.array else { return [value] }
            guard isBatching else { throw HubError(.badRequest, "an array came on a connection without ?batch=1") }
            return frames
        } catch {
            desk.with(scenario) { play, _ in play.fault(error.detail) }
            return []
        }
    }

    private func perform(_ effects: [ConformancePlay.Effect]) {
        let frames = effects.compactMap { effect in
            if case .say(let frame) = effect { frame } else { nil }
        }
        if isBatching, frames.count > 1 {
            channel.send([.text(WireJSON.encode(.array(frames)))])
        } else {
            channel.send(frames.map { .text(WireJSON.encode($0)) })
        }
        for effect in effects {
            switch effect {
            case .say: break
            case .close(let code):
                channel.close(code: code)
                end()
            case .fallSilent:
                // What comes is not even read, so that nobody answers a ping.
                channel.setReceiving(false)
                end()
            }
        }
    }

    private func end() {
        isOver.withLock { $0 = true }
        desk.with(scenario) { $0.closed(nowMs: $1) }
    }
}
