import Model
import Testing

@testable import roost

@Suite("What the conformance server sees")
struct ConformancePlayTests {
    private static let create: JSONValue = [
        "type": "cards.create", "id": 2, "idempotencyKey": "k", "payload": ["project": "demo", "title": "once"],
    ]

    private static func subscribe(after: String? = nil) -> JSONValue {
        var payload: [String: JSONValue] = ["channel": "project:demo", "snapshot": true]
        if let after { payload["after"] = .string(after) }
        return ["type": "subscribe", "id": 1, "payload": .object(payload)]
    }

    private static func report(_ play: ConformancePlay, gaps: Int64 = 0) -> JSONValue {
        [
            "type": "conformance.report", "id": 3,
            "payload": [
                "cards": .object(play.cards.mapValues { $0["title"] ?? .null }), "gaps": .integer(gaps),
                "created": play.madeByKey.values.first?["id"] ?? .null,
                "position": .string("\(play.epoch)-\(play.seq)"),
            ],
        ]
    }

    private static func types(_ effects: [ConformancePlay.Effect]) -> [String] {
        effects.map { effect in
            switch effect {
            case .say(let frame): frame["type"]?.string ?? "?"
            case .close(let code): "close \(code)"
            case .fallSilent: "silence"
            }
        }
    }

    @Test("a client that does everything is told everything, and all holds")
    func plain() {
        var play = ConformancePlay(.plain)
        #expect(Self.types(play.opened(nowMs: 0)) == ["hello"])
        let told = play.heard(Self.subscribe(), nowMs: 1)
        #expect(Self.types(told) == ["subscribed", "card.updated", "card.deleted"])
        #expect(Self.types(play.heard(Self.create, nowMs: 2)) == ["card.created", "reply", "card.created"])
        #expect(!play.holds, "it has not reported")
        #expect(Self.types(play.heard(Self.report(play), nowMs: 3)) == ["reply"])
        #expect(play.holds && play.faults.isEmpty)
    }

    @Test(
        "what a client does wrong is named",
        arguments: [
            ("without after", Self.subscribe(), "subscribed without `after`"),
            ("after what it cannot have", Self.subscribe(after: "first0-9"), "subscribed after first0-9"),
            ("after too little", Self.subscribe(after: "first0-2"), "subscribed after first0-2"),
        ])
    func wrongPlace(_ name: String, _ second: JSONValue, _ fault: String) {
        var play = ConformancePlay(.cut)
        _ = play.opened(nowMs: 0)
        #expect(Self.types(play.heard(Self.subscribe(), nowMs: 1)) == ["subscribed", "card.updated", "close 4100"])
        play.closed(nowMs: 1)
        _ = play.opened(nowMs: 500)
        _ = play.heard(second, nowMs: 501)
        #expect(play.faults.contains { $0.contains(fault) })
    }

    @Test("a call that is asked again with another key was made twice")
    func anotherKey() {
        var play = ConformancePlay(.lostAnswer)
        _ = play.opened(nowMs: 0)
        #expect(Self.types(play.heard(Self.create, nowMs: 1)) == ["close 1011"])
        play.closed(nowMs: 1)
        _ = play.opened(nowMs: 400)
        var second = Self.create.object ?? [:]
        second["idempotencyKey"] = "other"
        _ = play.heard(.object(second), nowMs: 401)
        #expect(play.faults == ["it asked again with another key: the card was made twice"])
    }

    @Test("who comes back too soon, or at all, is told")
    func tooSoon() {
        var away = ConformancePlay(.goingAway)
        _ = away.opened(nowMs: 0)
        #expect(Self.types(away.heard(Self.subscribe(), nowMs: 0)).suffix(2) == ["closing", "close 1001"])
        away.closed(nowMs: 0)
        _ = away.opened(nowMs: ConformancePlay.goingAwayMs - 1)
        #expect(away.faults.count == 1)
        var turnedAway = ConformancePlay(.turnedAway)
        #expect(Self.types(turnedAway.opened(nowMs: 0)) == ["hello", "close 4001"])
        turnedAway.closed(nowMs: 0)
        #expect(turnedAway.holds)
        _ = turnedAway.opened(nowMs: 60_000)
        #expect(!turnedAway.holds)
    }

    @Test("a gap must be told, and nothing may be missing in the end", arguments: ConformanceScenario.allCases)
    func gaps(_ scenario: ConformanceScenario) {
        var play = ConformancePlay(scenario)
        _ = play.heard(Self.report(play, gaps: scenario.gapsMin > 0 ? 0 : 1), nowMs: 0)
        #expect(!play.faults.isEmpty)
        var empty = ConformancePlay(scenario)
        _ = empty.heard(["type": "conformance.report", "id": 1, "payload": ["gaps": 1]], nowMs: 0)
        #expect(empty.faults.isEmpty == (scenario == .noMoreAccess))
    }
}
