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

    @Test("is taken back by its key, on all channels where it waits")
    func withdrawn() {
        let (broker, viewer, eavesdropper) = (makeBroker(), TestViewer(), TestViewer())
        _ = broker.watch(viewer, Selection(.run(id(1))))
        _ = broker.watch(eavesdropper, Selection(.project(project), filter: EventFilter(types: ["entry.delta"])))
        for key in ["0", "1"] { broker.publish(delta("x", key: key)) }
        broker.withdraw([ReplaceableKey(journal: journal, runId: id(1), type: .entryDelta, key: "0")])
        #expect(texts(broker.pullReplaceable(viewer)) == ["1:x"])
        #expect(texts(broker.pullReplaceable(eavesdropper)) == ["1:x"])
        #expect(broker.statistics.replaceablesDropped == 0)
    }
}
