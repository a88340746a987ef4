import Broker
import Model
import Testing

@Suite("Replaceable traffic") struct ReplaceableTests {
    private func delta(_ text: String, run: Int = 1, key: String = "0") -> ReplaceableUpdate {
        ReplaceableUpdate(
            journal: journal, context: EventContext(cardId: id(7), runId: id(run)), type: .entryDelta, key: key,
            content: .appended(text: text, head: Array(key.utf8)))
    }

    private func texts(_ deliveries: [ReplaceableDelivery]) -> [String] {
        deliveries.map { delivery in
            switch delivery.content {
            case .latest(let bytes): String(decoding: bytes, as: UTF8.self)
            case .appended(let text, let head): String(decoding: head, as: UTF8.self) + ":" + text
            case .member(let member): "\(delivery.type.rawValue) \(member.connectionId)"
            }
        }
    }

    @Test("of one key is one piece by the time the viewer looks, and wakes it once")
    func coalescing() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        _ = broker.watch(viewer, Selection(.run(id(1))))
        for text in ["The ", "quick ", "fox"] { broker.publish(delta(text)) }
        broker.publish(delta("else", key: "1"))
        #expect(viewer.wakes(.replaceable) == 1)
        #expect(viewer.wakes(.durable) == 0)
        #expect(texts(broker.pullReplaceable(viewer)) == ["0:The quick fox", "1:else"])
        #expect(broker.pullReplaceable(viewer) == [])
        broker.publish(delta("!"))
        #expect(viewer.wakes(.replaceable) == 2)
    }

    @Test("of which only the newest counts is replaced")
    func latest() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        _ = broker.watch(viewer, Selection(.run(id(1))))
        for value in ["1", "2", "3"] {
            broker.publish(
                ReplaceableUpdate(
                    journal: journal, context: EventContext(runId: id(1)), type: .entryDelta, key: "progress",
                    content: .latest(Array(value.utf8))))
        }
        #expect(texts(broker.pullReplaceable(viewer)) == ["3"])
    }

    static let listeners: [(Selection, Bool)] = [
        (Selection(.run(id(1))), true),
        (Selection(.run(id(2))), false),
        (Selection(.project(project)), false),
        (Selection(.card(id(7))), false),
        (Selection(.project(project), filter: EventFilter(types: ["entry.delta"])), true),
        (Selection(.card(id(7)), filter: EventFilter(types: ["entry.delta"])), true),
        (Selection(.card(id(8)), filter: EventFilter(types: ["entry.delta"])), false),
        (Selection(.project(project), filter: EventFilter(types: ["entry.delta"], runId: id(2))), false),
        (Selection(.run(id(1)), filter: EventFilter(types: ["entry.added"])), false),
        (Selection(.run(id(1)), filter: EventFilter(topics: ["entry"])), true),
        (Selection(.run(id(1)), filter: EventFilter(topics: ["process"])), false),
    ]

    @Test("goes to the run's own channel, and to those that name it", arguments: listeners)
    func audience(selection: Selection, isMeant: Bool) {
        let (broker, viewer) = (makeBroker(), TestViewer())
        _ = broker.watch(viewer, selection)
        broker.publish(delta("x"))
        #expect(texts(broker.pullReplaceable(viewer)) == (isMeant ? ["0:x"] : []))
    }

    @Test("is lost, oldest first and counted, when a viewer does not look")
    func slots() {
        let broker = makeBroker { $0.replaceableSlotsPerViewerMax = 3 }
        let viewer = TestViewer()
        _ = broker.watch(viewer, Selection(.run(id(1))))
        for key in 0..<5 { broker.publish(delta("x", key: "\(key)")) }
        #expect(texts(broker.pullReplaceable(viewer)) == ["2:x", "3:x", "4:x"])
        #expect(broker.statistics.replaceablesDropped == 2)
    }

    @Test("holds at most so much text of one entry")
    func slotBytes() {
        let broker = makeBroker { $0.replaceableBytesPerSlotMax = 5 }
        let viewer = TestViewer()
        _ = broker.watch(viewer, Selection(.run(id(1))))
        for text in ["abc", "de", "f"] { broker.publish(delta(text)) }
        #expect(texts(broker.pullReplaceable(viewer)) == ["0:f"])
        #expect(broker.statistics.replaceablesDropped == 1)
    }

    @Test("holds at most so many bytes in all")
    func viewerBytes() {
        let broker = makeBroker { $0.replaceableBytesPerViewerMax = 1_000 }
        let viewer = TestViewer()
        _ = broker.watch(viewer, Selection(.run(id(1))))
        for key in 0..<10 { broker.publish(delta(String(repeating: "x", count: 300), key: "\(key)")) }
        let kept = broker.pullReplaceable(viewer)
        #expect(kept.map(\.key) == ["8", "9"])
        #expect(broker.statistics.replaceablesDropped == 8)
    }

    @Test("ends with its subscription")
    func unsubscribed() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        let first = broker.watch(viewer, Selection(.run(id(1))))
        let second = broker.watch(viewer, Selection(.run(id(2))))
        broker.publish(delta("a", run: 1))
        broker.publish(delta("b", run: 2))
        broker.unsubscribe(first)
        #expect(broker.pullReplaceable(viewer).map(\.subscription) == [second])
    }
}

@Suite("Presence") struct PresenceTests {
    private func member(_ name: String, state: String = "{}") -> Watcher {
        Watcher(connectionId: name, user: .local, state: Array(state.utf8))
    }

    private func news(_ broker: Broker<TestFrame>, _ viewer: TestViewer) -> [String] {
        broker.pullReplaceable(viewer).map { delivery in
            guard case .member(let member) = delivery.content else { return "?" }
            return "\(delivery.type.rawValue) \(member.connectionId) \(String(decoding: member.state, as: UTF8.self))"
        }
    }

    @Test("is told to the others on the channel, not to oneself, and not elsewhere")
    func announced() throws {
        let (broker, anna, bert, carl) = (makeBroker(), TestViewer(), TestViewer(), TestViewer())
        _ = broker.watch(anna)
        _ = broker.watch(bert)
        _ = broker.watch(carl, Selection(.run(id(1))))
        try broker.join(.project(project), anna, member("anna"))
        try broker.join(.project(project), bert, member("bert"))
        #expect(news(broker, anna) == ["presence.joined bert {}"])
        #expect(news(broker, bert) == ["presence.joined anna {}"])
        #expect(try broker.update(.project(project), bert, state: Array(#"{"at":1}"#.utf8)))
        #expect(news(broker, anna) == [#"presence.updated bert {"at":1}"#])
        #expect(broker.members(of: .project(project)).map(\.connectionId) == ["anna", "bert"])
        broker.leave(.project(project), bert)
        #expect(news(broker, anna) == [#"presence.left bert {"at":1}"#])
        #expect(news(broker, carl) == [])
        #expect(try !broker.update(.project(project), bert, state: []))
    }

    @Test("comes as its newest state: who came and went between two looks has left")
    func coalesced() throws {
        let (broker, anna, bert) = (makeBroker(), TestViewer(), TestViewer())
        _ = broker.watch(anna)
        try broker.join(.project(project), bert, member("bert"))
        try broker.join(.project(project), bert, member("bert", state: "1"))
        #expect(news(broker, anna) == ["presence.updated bert 1"])
        broker.unsubscribeAll(bert)
        #expect(news(broker, anna) == ["presence.left bert 1"])
        #expect(broker.members(of: .project(project)).isEmpty)
    }

    @Test("can be filtered out")
    func filtered() throws {
        let (broker, anna, bert) = (makeBroker(), TestViewer(), TestViewer())
        _ = broker.watch(anna, Selection(.project(project), filter: EventFilter(topics: ["card"])))
        _ = broker.watch(bert, Selection(.project(project), filter: EventFilter(topics: ["presence"])))
        try broker.join(.project(project), TestViewer(), member("carl"))
        #expect(news(broker, anna) == [])
        #expect(news(broker, bert) == ["presence.joined carl {}"])
    }

    @Test("shows at most so many")
    func bounded() throws {
        let (broker, anna) = (makeBroker { $0.membersPerChannelMax = 2 }, TestViewer())
        _ = broker.watch(anna)
        let shown = try (0..<4).map { try broker.join(.project(project), TestViewer(), member("\($0)")) }
        #expect(shown == [true, true, false, false])
        #expect(broker.members(of: .project(project)).count == 2)
        #expect(news(broker, anna).count == 2)
    }

    @Test("refuses a state that is too large")
    func stateTooLarge() throws {
        let (broker, anna) = (makeBroker { $0.presenceStateBytesMax = 4 }, TestViewer())
        #expect(throws: PresenceStateTooLarge(presenceStateBytesMax: 4)) {
            try broker.join(.hub, anna, member("anna", state: "12345"))
        }
        try broker.join(.hub, anna, member("anna", state: "1234"))
        #expect(throws: PresenceStateTooLarge.self) { try broker.update(.hub, anna, state: [0, 0, 0, 0, 0]) }
    }
}
