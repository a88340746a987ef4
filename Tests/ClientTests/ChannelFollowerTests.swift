import Client
import Model
import RoostTesting
import Synchronization
import Testing
import Transport

@Suite("Following a channel", .timeLimit(.minutes(2))) struct ChannelFollowerTests {
    private static let begun: JSONValue = [
        "epoch": "e1", "seq": 5, "recovered": false, "snapshot": ["title": "state"],
    ]
    private static let recovered: JSONValue = ["epoch": "e1", "seq": 7, "recovered": true]

    @Test("resumes after the last event across a lost connection, and tells none twice")
    func resumes() async throws {
        try await ScriptedHub.run { connection, frame, down in
            if connection == 0 {
                down.subscribed(frame, Self.begun)
                for seq in [4, 5, 6, 6, 7] as [Int64] { down.event(seq) }
                down.close(1001)
            } else {
                down.subscribed(frame, Self.recovered)
                for seq in [6, 7, 8] as [Int64] { down.event(seq) }
            }
        } _: { hub in
            let news = try await hub.follow(until: "event 8")
            #expect(
                news == [
                    "connected", "snapshot state", "event 6", "event 7", "disconnected", "connected", "event 8",
                ])
            #expect(hub.heard.map { $0["payload"]?["after"] } == [nil, ["epoch": "e1", "seq": 7]])
            #expect(hub.heard.allSatisfy { $0["payload"]?["snapshot"] == true })
            #expect(hub.heard.allSatisfy { $0["payload"]?["projectId"] == "p" })
        }
    }

    @Test("tells of news without a number, and keeps what concerns the connection to itself")
    func replaceable() async throws {
        try await ScriptedHub.run { _, frame, down in
            down.subscribed(frame, Self.begun)
            down.say(["type": "closing", "data": ["reason": "restart"]])
            down.say(["type": "entry.delta", "channel": "project:p", "data": ["text": "more"]])
            down.event(6)
        } _: { hub in
            let news = try await hub.follow(until: "event 6")
            #expect(news == ["connected", "snapshot state", "entry.delta", "event 6"])
        }
    }

    @Test("says what it missed at a gap, and starts again from a snapshot on the same connection")
    func gap() async throws {
        let count = Mutex(0)
        try await ScriptedHub.run { _, frame, down in
            let isFirst = count.withLock { count in
                defer { count += 1 }
                return count == 0
            }
            if isFirst {
                down.subscribed(frame, Self.begun)
                down.event(6)
                down.say(["type": "gap", "channel": "project:p", "data": ["reason": "retention", "resubscribe": true]])
            } else {
                // Another history: its numbers are lower.
                down.subscribed(
                    frame, ["epoch": "e2", "seq": 2, "recovered": false, "snapshot": ["title": "new state"]])
                for seq in [2, 3] as [Int64] { down.event(seq) }
            }
        } _: { hub in
            let news = try await hub.follow(until: "event 3")
            #expect(
                news == [
                    "connected", "snapshot state", "event 6", "missed retention", "snapshot new state", "event 3",
                ])
            #expect(hub.heard.map { $0["payload"]?["after"] } == [nil, nil])
            #expect(hub.connectionCount == 1)
        }
    }

    @Test("says what it missed when its position is not continued, and goes on from the snapshot")
    func notRecovered() async throws {
        try await ScriptedHub.run { connection, frame, down in
            switch connection {
            case 0:
                down.subscribed(frame, Self.begun)
                down.close(1001)
            case 1:
                down.subscribed(
                    frame, ["epoch": "e2", "seq": 1, "recovered": false, "snapshot": ["title": "new state"]])
                down.event(2)
                down.close(1001)
            default:
                down.subscribed(frame, ["epoch": "e2", "seq": 2, "recovered": true])
                down.event(3)
            }
        } _: { hub in
            let news = try await hub.follow(until: "event 3")
            #expect(
                news == [
                    "connected", "snapshot state", "disconnected", "connected", "missed not recovered",
                    "snapshot new state", "event 2", "disconnected", "connected", "event 3",
                ])
            #expect(
                hub.heard.map { $0["payload"]?["after"] } == [
                    nil, ["epoch": "e1", "seq": 5], ["epoch": "e2", "seq": 2],
                ])
        }
    }

    @Test("comes back from a close code that allows it, not from one that does not", arguments: [4100, 4003])
    func closeCodes(code: UInt16) async throws {
        try await ScriptedHub.run { connection, frame, down in
            down.subscribed(frame, Self.begun)
            if connection == 0 { down.close(code, "because") } else { down.event(6) }
        } _: { hub in
            let result = await Result.of { try await hub.follow(until: "event 6") }
            #expect(result.closeCode == (code == 4003 ? 4003 : nil))
            #expect(hub.connectionCount == (code == 4003 ? 1 : 2))
        }
    }

    @Test("ends when the subscription is refused, and closes its connection")
    func refused() async throws {
        try await ScriptedHub.run { _, frame, down in
            down.refuse(frame, ["code": "PROJECT_NOT_FOUND", "detail": "there is no project p"])
        } _: { hub in
            let error = await #expect(throws: HubClientError.self) { try await hub.follow(until: "never") }
            #expect(error?.description == "PROJECT_NOT_FOUND: there is no project p")
            await hub.waitForEnds()
            #expect(hub.connectionCount == 1)
        }
    }

    @Test("tries again when the hub refuses for the moment")
    func refusedForTheMoment() async throws {
        try await ScriptedHub.run { connection, frame, down in
            if connection == 0 {
                down.refuse(frame, ["code": "SHUTTING_DOWN", "retryAfterSeconds": 1])
            } else {
                down.subscribed(frame, Self.begun)
            }
        } _: { hub in
            let news = try await hub.follow(until: "snapshot state")
            #expect(news == ["connected", "disconnected", "connected", "snapshot state"])
        }
    }

    @Test("waits longer and longer, until a subscription has come about")
    func backsOff() async throws {
        let failures = 8
        try await ScriptedHub.run { connection, frame, down in
            if connection == failures || connection == failures + 2 { down.subscribed(frame, Self.begun) }
            if connection <= failures + 1 { down.close(1011) }
        } _: { hub in
            let clock = RecordingClock()
            _ = try await hub.follow(until: "snapshot state", times: 2, clock: clock)
            let waits = clock.waits
            #expect(waits.count == failures + 2)
            var boundMs = Backoff.firstMs
            for wait in waits.prefix(failures) {
                #expect(wait <= .milliseconds(boundMs))
                boundMs = min(2 * boundMs, Backoff.boundMsMax)
            }
            // 1 in 10^9 that chance alone keeps five waits so short.
            #expect(waits.prefix(failures).suffix(5).contains { $0 > .milliseconds(Backoff.firstMs) })
            #expect(waits[failures] <= .milliseconds(Backoff.firstMs), "the connection before was of use")
        }
    }

    @Test(
        "ends when its listener has had enough, and closes its connection", arguments: ["connected", "snapshot state"])
    func enough(last: String) async throws {
        try await ScriptedHub.run { _, frame, down in
            down.subscribed(frame, Self.begun)
        } _: { hub in
            let news = try await hub.follow(until: last)
            #expect(news.last == last)
            await hub.waitForEnds()
            #expect(hub.connectionCount == 1)
        }
    }

    @Test("ends when it is cancelled, also while an answer is due", arguments: [true, false])
    func cancelled(isAnswered: Bool) async throws {
        let (heard, hears) = AsyncStream<Void>.makeStream()
        try await ScriptedHub.run { _, frame, down in
            if isAnswered { down.subscribed(frame, Self.begun) }
            hears.yield()
        } _: { hub in
            let following = Task { try await hub.follow(until: "never") }
            for await _ in heard { break }
            following.cancel()
            await #expect(throws: CancellationError.self) { try await following.value }
            await hub.waitForEnds()
            #expect(hub.connectionCount == 1)
        }
    }
}

/// A clock on which every pause has just passed.
private final class RecordingClock: TimeSource {
    private let state = Mutex<[Duration]>([])
    var waits: [Duration] { state.withLock { $0 } }

    func now() -> Timestamp { Timestamp(millisecondsSince1970: 0) }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        state.withLock { $0.append(duration) }
    }
}

extension ScriptedHub {
    /// Follows until the listener has heard `last` so many times.
    ///
    /// - Returns: what it heard, a line for each.
    fileprivate func follow(
        until last: String, times: Int = 1, clock: RecordingClock = RecordingClock()
    ) async throws -> [String] {
        let follower = ChannelFollower(
            address: address, connector: try connector, clock: clock, subscription: ["projectId": "p"])
        var lines: [String] = []
        try await follower.run { news in
            lines.append(Self.line(news))
            return lines.count { $0 == last } < times
        }
        return lines
    }

    private static func line(_ news: ChannelFollower.News) -> String {
        switch news {
        case .connected: "connected"
        case .disconnected: "disconnected"
        case .missed(let reason): "missed \(reason)"
        case .snapshot(let state): "snapshot \(state["title"]?.string ?? "")"
        case .event(let frame):
            frame["seq"]?.integer.map { "event \($0)" } ?? frame["type"]?.string ?? ""
        }
    }
}
