import Client
import Model
import Testing

@testable import roost

@Suite("What `watch` prints") struct WatchScreenTests {
    private let screen = WatchScreen(isJSON: false)
    private let json = WatchScreen(isJSON: true)

    private static func event(_ type: String, _ data: JSONValue) -> JSONValue {
        [
            "channel": "project:p", "type": .string(type), "seq": 7, "ts": "2026-11-21T09:06:26.123Z", "data": data,
        ]
    }

    @Test(
        "one line for an event: time, number, type, and what it is about",
        arguments: [
            (event("card.moved", ["title": "Fix it", "status": "todo"]), "09:06:26 7 card.moved  Fix it [todo]"),
            (event("run.started", ["id": "run_1", "status": "running"]), "09:06:26 7 run.started  run_1 [running]"),
            (event("project.updated", ["id": "prj_1", "name": "Site"]), "09:06:26 7 project.updated  Site"),
            (event("card.deleted", ["id": "crd_1"]), "09:06:26 7 card.deleted  crd_1"),
            (
                event("entry.added", ["content": ["kind": "assistant_message", "text": "one\ntwo"]]),
                "09:06:26 7 entry.added  assistant_message: one two"
            ),
            (
                event("entry.added", ["content": ["kind": "tool_use", "tool": ["title": "ls -l"]]]),
                "09:06:26 7 entry.added  tool_use: ls -l"
            ),
            (
                event(
                    "entry.added", ["content": ["kind": "output", "text": .string(String(repeating: "x", count: 500))]]),
                "09:06:26 7 entry.added  output: " + String(repeating: "x", count: 160)
            ),
        ])
    func events(frame: JSONValue, line: String) {
        #expect(screen.lines(for: .event(frame)) == [line])
    }

    @Test("nothing for news without a number")
    func replaceable() {
        #expect(screen.lines(for: .event(["type": "entry.delta", "data": ["text": "more"]])).isEmpty)
    }

    @Test("a snapshot as a board")
    func snapshot() {
        let state: JSONValue = [
            "project": ["name": "Site"], "columns": [["id": "c1", "name": "Todo"], ["id": "c2", "name": "Done"]],
            "cards": [["columnId": "c1", "title": "Fix it", "status": "todo"]], "runs": [],
        ]
        #expect(
            screen.lines(for: .snapshot(state)) == [
                "Site: 1 cards, 0 runs", "  Todo (1)", "    Fix it  [todo]", "  Done (0)",
            ])
    }

    @Test("what happened to the connection")
    func notes() {
        let error = HubClientError.closed(code: 1001, reason: "")
        #expect(screen.lines(for: .connected) == ["— connected"])
        #expect(
            screen.lines(for: .missed(reason: "epoch")) == [
                "— events were missed (epoch); starting again from a snapshot"
            ])
        #expect(
            screen.lines(for: .disconnected(error, retryIn: .milliseconds(250))) == [
                "— the connection was closed (1001); trying again in 0.25 seconds"
            ])
    }

    @Test("with --json, one object a line for everything")
    func asJSON() {
        #expect(
            json.lines(for: .event(["type": "card.moved", "seq": 7, "url": "a/b"])) == [
                #"{"seq":7,"type":"card.moved","url":"a/b"}"#
            ])
        #expect(json.lines(for: .snapshot(["cards": []])) == [#"{"data":{"cards":[]},"type":"snapshot"}"#])
        #expect(json.lines(for: .connected) == [#"{"data":"connected","type":"note"}"#])
    }
}
