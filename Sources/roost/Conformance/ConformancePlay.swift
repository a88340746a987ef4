import Model

// One scenario of `roost conformance-server`, played against one client.
//
// A value that decides: what the client says comes in, what is to be said and done comes out, and each thing that the
// client does wrong is written down. It knows the whole truth of its small journal, so it can tell.

/// A project with cards, of which one client is told.
struct ConformancePlay: Sendable {
    enum Effect: Sendable, Equatable {
        case say(JSONValue)
        case close(UInt16)
        /// Nothing is read or said on this connection any more.
        case fallSilent
    }

    /// What a client may be asked to wait with.
    enum Ask: Sendable {
        case connection, subscription, call
    }

    static let channel = "project:prj_01JD6Z5Z0A0000000000000000"
    static let slug = "project:demo"
    static let lastTitle = "the end"
    static let firstEpoch = "first0"
    static let secondEpoch = "second0"
    static let goingAwayMs: Int64 = 1_500
    static let retryAfterSeconds: Int64 = 1
    static let refusedConnectionsMax = 3
    /// Beyond the bound of the back-off: what a busy machine takes to connect.
    static let slackMs: Int64 = 5_000

    let scenario: ConformanceScenario
    var faults: [String] = []
    var isReported = false
    var connections = 0
    var isConnected = false

    // The truth.
    var epoch = ConformancePlay.firstEpoch
    var seq: Int64 = 0
    var cards: [String: JSONValue] = [:]
    /// Of this epoch, by number - 1.
    var events: [JSONValue] = []
    var madeByKey: [String: JSONValue] = [:]

    // The client.
    /// The last position that it was told; nil before the first, and after a gap.
    var told: JournalPosition?
    var isSubscribed = false
    var subscriptions = 0
    var hasEnded = false
    var createAttempts = 0
    var isCreateAnswered = false
    var refusedSubscriptions = 0
    /// Before which it must not come back, or ask again.
    var notBeforeMs: [Ask: Int64] = [:]
    var mustNotReturn = false
    var mustNotSubscribe = false
    var closedAtMs: Int64?

    init(_ scenario: ConformanceScenario) {
        self.scenario = scenario
        for title in ["first", "second"] { _ = put(title) }
    }

    /// Whether all is as it should be.
    var holds: Bool { faults.isEmpty && (isReported || scenario.endsUnreported) }

    mutating func fault(_ text: String) {
        if !faults.contains(text) { faults.append(text) }
    }

    // MARK: The connection

    mutating func opened(nowMs: Int64) -> [Effect] {
        defer { connections += 1 }
        if mustNotReturn { fault("it came back after close code 4001") }
        if isConnected { fault("it has a second connection beside its first") }
        isConnected = true
        checkReturn(nowMs: nowMs)
        if scenario == .backOff, connections < Self.refusedConnectionsMax { return [.close(4100)] }
        let hello: JSONValue = [
            "type": "hello",
            "data": [
                "protocol": 1, "server": "roost/conformance", "node": "conformance",
                "connectionId": .string("c\(connections)"), "pingIntervalMs": 25_000,
                "limits": ["messagesPerSecond": 50, "messageBurstMax": 300, "batchFramesMax": 256],
                "capabilities": ["snapshot", "batch", "operations", "auth"],
            ],
        ]
        guard scenario == .turnedAway else { return [.say(hello)] }
        mustNotReturn = true
        return [.say(hello), .close(4001)]
    }

    private mutating func checkReturn(nowMs: Int64) {
        checkWait(.connection, nowMs: nowMs)
        guard let closedAtMs, scenario == .backOff else { return }
        // Full jitter: anything from 0 on is right, and the bound doubles with each attempt.
        let bound = min(20_000, 500 << Int64(min(connections - 1, 6))) + Self.slackMs
        if nowMs - closedAtMs > bound {
            fault("it came back after \(nowMs - closedAtMs) ms, and its back-off is at most \(bound - Self.slackMs) ms")
        }
    }

    mutating func checkWait(_ ask: Ask, nowMs: Int64) {
        guard let notBefore = notBeforeMs.removeValue(forKey: ask), nowMs < notBefore else { return }
        fault("it asked again (\(ask)) \(notBefore - nowMs) ms before the time that the hub asked for")
    }

    mutating func closed(nowMs: Int64) {
        isConnected = false
        isSubscribed = false
        closedAtMs = nowMs
    }

    // MARK: Frames

    mutating func heard(_ frame: JSONValue, nowMs: Int64) -> [Effect] {
        guard let type = frame["type"]?.string else {
            fault("a frame is an object with a type, not \(frame.typeName)")
            return []
        }
        guard frame["payload"] == nil || frame["payload"]?.object != nil else {
            fault("the payload of \(type) is not an object")
            return []
        }
        switch type {
        case "ping": return answer(frame, ["type": "pong"])
        case "auth", "presence": return answer(frame, ["type": "reply"])
        case "unsubscribe":
            isSubscribed = false
            return answer(frame, ["type": "unsubscribed", "channel": .string(Self.channel)])
        case "subscribe": return subscribe(frame, nowMs: nowMs)
        case "cards.create": return create(frame, nowMs: nowMs)
        case "conformance.report": return report(frame)
        default: return refuse(frame, ["code": "OPERATION_NOT_FOUND", "status": 404, "title": "No such operation"])
        }
    }

    func answer(_ frame: JSONValue, _ members: [String: JSONValue]) -> [Effect] {
        guard let id = frame["id"] else { return [] }
        return [.say(.object(members.merging(["id": id]) { _, id in id }))]
    }

    func refuse(_ frame: JSONValue, _ problem: [String: JSONValue]) -> [Effect] {
        answer(frame, ["type": "error", "error": .object(problem)])
    }

    // MARK: The truth

    /// Makes a card or changes it, and files the event.
    mutating func put(_ title: String, id: String? = nil) -> JSONValue {
        seq += 1
        let id = id ?? "crd_\(epoch)\(seq)"
        let isNew = cards[id] == nil
        let card: JSONValue = ["id": .string(id), "title": .string(title), "version": .integer(seq)]
        cards[id] = card
        events.append([
            "channel": .string(Self.channel), "type": .string(isNew ? "card.created" : "card.updated"),
            "seq": .integer(seq), "ts": "2026-11-21T09:06:26.123Z",
            "projectId": .string(String(Self.channel.dropFirst(8))),
            "cardId": .string(id), "severity": "info", "actor": ["type": "user", "id": "local", "name": "local"],
            "data": card,
        ])
        return card
    }

    mutating func remove(_ id: String) {
        seq += 1
        cards[id] = nil
        events.append([
            "channel": .string(Self.channel), "type": "card.deleted", "seq": .integer(seq), "cardId": .string(id),
            "data": ["id": .string(id)],
        ])
    }

    /// What the client has not been told of this history, as events, in order.
    mutating func news() -> [Effect] {
        guard isSubscribed, let position = told else { return [] }
        let missed = events.dropFirst(Int(position.seq)).map { Effect.say($0) }
        told = JournalPosition(epoch: epoch, seq: UInt64(seq))
        return missed
    }

    /// The last card, when the client has had all that the scenario has for it.
    mutating func conclusion() -> [Effect] {
        guard !hasEnded, isCreateAnswered, isSubscribed, subscriptions >= scenario.subscriptionsMin else { return [] }
        hasEnded = true
        _ = put(Self.lastTitle)
        return news()
    }
}
