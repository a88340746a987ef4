import Broker
import Model
import Testing

@Suite("Presence") struct PresenceTests {
    /// A room of its own, whose clock is the test's.
    private final class Room {
        let broker: Broker<TestFrame>
        let channel = Channel.project(project)
        var nowMs: Int64 = 0

        init(_ change: (inout BrokerLimits) -> Void = { _ in }) { broker = makeBroker(change) }

        var now: Timestamp { Timestamp(millisecondsSince1970: nowMs) }

        /// Subscribes and attends.
        func enter(
            _ name: String, as client: String? = nil, filter: EventFilter = EventFilter()
        ) -> (viewer: TestViewer, view: PresenceView) {
            let viewer = TestViewer()
            _ = broker.watch(viewer, Selection(channel, filter: filter))
            return (viewer, broker.attend(channel, viewer, as: client ?? name, Actor(.user, id: name), at: now).view)
        }

        /// Passes time, and tells what is due then.
        @discardableResult
        func pass(_ ms: Int64 = 1_000) -> [PresenceChange] {
            nowMs += ms
            let changes = broker.takePresenceChanges(at: now).changes
            for change in changes { broker.tell(change, PresenceTests.news(of: change)) }
            return changes
        }

        func heard(_ viewer: TestViewer) -> [String] {
            broker.pullReplaceable(viewer).map { delivery in
                guard case .latest(let bytes) = delivery.content else { return "?" }
                return "\(delivery.type.rawValue) \(String(decoding: bytes, as: UTF8.self))"
            }
        }

        func say(_ state: String, by viewer: TestViewer) throws -> Bool {
            try broker.show(Array(state.utf8), on: channel, by: viewer, at: now).isThere
        }
    }

    private static func text(_ watchers: [Watcher]) -> String {
        watchers.map { "\($0.user.id ?? "")×\($0.connections)\(String(decoding: $0.state, as: UTF8.self))" }
            .joined(separator: " ")
    }

    private static func news(of change: PresenceChange) -> PresenceNews {
        let parts: [(ReplaceableType, [Watcher])] = [
            (.presenceJoined, change.joined), (.presenceUpdated, change.updated), (.presenceLeft, change.left),
        ]
        let list = Array(text(change.listed).utf8)
        return PresenceNews(
            viewers: list, total: change.total, listed: list,
            changes: parts.filter { !$0.1.isEmpty }.map { ($0.0, Array(text($0.1).utf8)) })
    }

    @Test("is told to the others on the channel, not to who has done it")
    func told() throws {
        let room = Room()
        let (anna, alone) = room.enter("anna")
        #expect(alone.own == Watcher(user: Actor(.user, id: "anna"), connections: 1, state: Array("null".utf8)))
        #expect(alone.total == 1)
        room.pass()
        #expect(room.heard(anna) == [])
        let (bert, view) = room.enter("bert")
        #expect(String(decoding: view.viewers, as: UTF8.self) == "anna×1null")
        #expect(view.total == 2 && view.own?.user.id == "bert")
        room.pass()
        #expect(room.heard(anna) == ["presence.joined bert×1null"])
        #expect(room.heard(bert) == [])
        #expect(try room.say("1", by: bert))
        room.pass()
        #expect(room.heard(anna) == ["presence.updated bert×11"])
        _ = room.broker.leave(room.channel, bert, at: room.now)
        #expect(try !room.say("2", by: bert))
        room.pass()
        #expect(room.heard(anna) == ["presence.left bert×11"])
        #expect(room.heard(bert) == ["presence.left bert×11"], "who still subscribes hears of it")
    }

    @Test("of a thousand who come at once is one piece of news for each viewer, and the list is bounded")
    func crowd() {
        let room = Room { $0.membersPerChannelMax = 5 }
        let (anna, _) = room.enter("anna")
        room.pass()
        let crowd = (0..<1_000).map { room.enter("p\($0)").viewer }
        let changes = room.pass()
        #expect(changes.count == 1)
        #expect(changes[0].joined.count == 4 && changes[0].listed.count == 5 && changes[0].total == 1_001)
        #expect(anna.wakes(.replaceable) == 1 && crowd[7].wakes(.replaceable) == 1)
        #expect(room.heard(anna) == ["presence.joined p0×1null p1×1null p2×1null p3×1null"])
        // The next in order of arrival take the place of those who go.
        room.broker.unsubscribeAll(crowd[1])
        room.broker.unsubscribeAll(crowd[500])
        let next = room.pass()
        #expect(next[0].left.map(\.user.id) == ["p1"] && next[0].joined.map(\.user.id) == ["p4"])
        #expect(next[0].total == 999)
        #expect(room.broker.statistics.replaceablesDropped == 0)
    }

    @Test("counts once who is beyond the list, also when they come again")
    func beyondTheList() {
        let room = Room { $0.membersPerChannelMax = 1 }
        _ = room.enter("anna")
        _ = room.enter("bert", as: "one")
        room.pass()
        let (_, view) = room.enter("bert", as: "two")
        #expect(view.total == 2 && view.own?.connections == 2)
        #expect(room.enter("carla").view.total == 3)
    }

    @Test("is told the more seldom, the more there are")
    func pace() {
        let room = Room { ($0.presenceIntervalMs, $0.presenceFramesPerSecondMax) = (100, 10) }
        for name in 0..<5 { _ = room.enter("\(name)") }
        #expect(room.pass(499) == [])
        #expect(room.pass(1).count == 1)
    }

    @Test("counts the connections of one user, and shows what one of them said last")
    func severalConnections() throws {
        let room = Room()
        let (anna, _) = room.enter("anna")
        let (first, _) = room.enter("bert", as: "one")
        room.pass()
        _ = room.heard(anna)
        let (second, view) = room.enter("bert", as: "two")
        #expect(view.total == 2 && view.own == nil)
        #expect(try room.say("1", by: first) && room.say("2", by: second))
        room.pass()
        #expect(room.heard(anna) == ["presence.updated bert×22"])
        room.broker.unsubscribeAll(second)
        room.pass()
        #expect(room.heard(anna) == ["presence.updated bert×11"])
        #expect(room.broker.watcherCount(of: room.channel) == 2)
    }

    @Test("of one who comes back within the grace is not told at all; of one who does not, afterwards")
    func grace() {
        let room = Room { $0.presenceGraceSeconds = 10 }
        let (anna, _) = room.enter("anna")
        let (bert, _) = room.enter("bert", as: "page")
        room.pass()
        _ = room.heard(anna)
        _ = room.broker.lose(bert, at: room.now)
        #expect(room.pass(9_999) == [])
        let (again, view) = room.enter("bert", as: "page")
        #expect(view.own == nil && view.total == 2)
        #expect(room.pass(60_000) == [])
        #expect(room.heard(anna) == [])
        // The old connection of a name does not take the new one's place with it.
        let (third, _) = room.enter("bert", as: "page")
        _ = room.broker.lose(again, at: room.now)
        #expect(room.pass(60_000) == [])
        _ = room.broker.lose(third, at: room.now)
        #expect(room.pass(9_999) == [])
        room.pass(1)
        room.pass(100)
        #expect(room.heard(anna) == ["presence.left bert×1null"])
    }

    @Test("keeps the places of so many who are away")
    func awayMax() {
        let room = Room { $0.presenceAwayMax = 1 }
        let (anna, _) = room.enter("anna")
        let (bert, carl) = (room.enter("bert").viewer, room.enter("carl").viewer)
        room.pass()
        _ = room.heard(anna)
        _ = room.broker.lose(bert, at: room.now)
        _ = room.broker.lose(carl, at: room.now)
        room.pass()
        #expect(room.heard(anna) == ["presence.left carl×1null"])
        room.pass(60_000)
        room.pass()
        #expect(room.broker.watcherCount(of: room.channel) == 1)
    }

    @Test("comes as the whole list to who was not told of the change before")
    func behind() {
        let room = Room()
        let (anna, _) = room.enter("anna")
        for name in ["bert", "carl"] {
            _ = room.enter(name)
            room.pass()
        }
        #expect(room.heard(anna) == ["presence.listed anna×1null bert×1null carl×1null"])
        #expect(room.heard(anna) == [])
    }

    @Test("can be filtered out, and costs nothing then")
    func filtered() {
        let room = Room()
        let (anna, view) = room.enter("anna", filter: EventFilter(topics: ["card"]))
        let (carl, _) = room.enter("carl", filter: EventFilter(types: ["presence.left"]))
        let (bert, _) = room.enter("bert")
        #expect(view.viewers == Array("[]".utf8) && view.own == nil)
        room.pass()
        _ = room.heard(carl)
        room.broker.unsubscribeAll(bert)
        room.pass()
        #expect(room.heard(anna) == [] && anna.wakes(.replaceable) == 0)
        #expect(room.heard(carl) == ["presence.left bert×1null"])
    }

    @Test("refuses a state that is too large")
    func stateTooLarge() throws {
        let room = Room { $0.presenceStateBytesMax = 4 }
        let (anna, _) = room.enter("anna")
        #expect(throws: PresenceStateTooLarge(presenceStateBytesMax: 4)) { try room.say("12345", by: anna) }
        #expect(try room.say("1234", by: anna))
    }

    @Test("leaves nothing behind when all have gone")
    func empty() {
        let room = Room()
        let viewers = (0..<10).map { room.enter("\($0)").viewer }
        for viewer in viewers { _ = room.broker.lose(viewer, at: room.now) }
        #expect(room.broker.watcherCount(of: room.channel) == 10)
        room.pass(60_000)
        #expect(room.broker.watcherCount(of: room.channel) == 0)
        #expect(room.broker.takePresenceChanges(at: room.now).next == nil)
    }
}
