import Model

// What a subscription is answered with, and what happens to it afterwards.
extension ConformancePlay {
    mutating func subscribe(_ frame: JSONValue, nowMs: Int64) -> [Effect] {
        let payload = frame["payload"] ?? [:]
        let named = payload["channel"]?.string ?? payload["projectId"]?.string.map { "project:\($0)" }
        guard named == Self.slug || named == Self.channel else {
            return refuse(frame, ["code": "PROJECT_NOT_FOUND", "status": 404, "title": "Project not found"])
        }
        checkWait(.subscription, nowMs: nowMs)
        if mustNotSubscribe { fault("it subscribed again after `resubscribe: false`") }
        if payload["snapshot"]?.bool != true { fault("it subscribed without snapshot: true") }
        let after = Self.position(payload["after"])
        if payload["after"] != nil, after == nil { fault("its `after` is no position") }
        check(after)
        if scenario == .overloaded, refusedSubscriptions == 0 {
            refusedSubscriptions += 1
            return refuseForNow(frame, .subscription, nowMs: nowMs)
        }
        isSubscribed = true
        subscriptions += 1
        return opening(frame, after) + afterwards(nowMs: nowMs) + conclusion()
    }

    private mutating func check(_ after: JournalPosition?) {
        switch (told, after) {
        case (nil, let after?) where subscriptions == 0: fault("its first subscription is after \(after)")
        case (nil, let after?): fault("after a gap it subscribed after \(after), which cannot be continued")
        case (let told?, nil): fault("it was told everything up to \(told), and subscribed without `after`")
        case (let told?, let after?) where told != after:
            fault("it was told everything up to \(told), and subscribed after \(after)")
        case (nil, nil), (_?, _?): break
        }
    }

    mutating func refuseForNow(_ frame: JSONValue, _ ask: Ask, nowMs: Int64) -> [Effect] {
        notBeforeMs[ask] = nowMs + Self.retryAfterSeconds * 1_000
        return refuse(
            frame,
            [
                "code": "OVERLOADED", "status": 503, "title": "The hub has too much to do",
                "retryAfterSeconds": .integer(Self.retryAfterSeconds),
            ])
    }

    private mutating func opening(_ frame: JSONValue, _ after: JournalPosition?) -> [Effect] {
        var data: [String: JSONValue] = [
            "channel": .string(Self.channel), "epoch": .string(epoch), "viewers": [], "viewersTotal": 1,
        ]
        let isRecovered = after.map { $0.epoch == epoch && $0.seq <= UInt64(seq) } ?? false
        data["recovered"] = .bool(isRecovered)
        if isRecovered, let after {
            data["seq"] = .integer(Int64(after.seq))
            told = after
        } else {
            data["seq"] = .integer(seq)
            data["snapshot"] = [
                "project": ["id": .string(String(Self.channel.dropFirst(8))), "slug": "demo"], "boards": [],
                "columns": [],
                "cards": .array(cards.values.map { $0 }), "runs": [], "approvals": [],
            ]
            told = JournalPosition(epoch: epoch, seq: UInt64(seq))
        }
        let answer = answer(frame, ["type": "subscribed", "channel": .string(Self.channel), "data": .object(data)])
        if answer.isEmpty { fault("a subscribe without an id has no answer to go by") }
        return answer + news()
    }

    /// What comes after the answer: the scenario's turn.
    private mutating func afterwards(nowMs: Int64) -> [Effect] {
        guard subscriptions == 1 else { return [] }
        let changed = put("changed", id: cards.keys.min())
        var effects = news()
        switch scenario {
        case .plain, .lostAnswer, .overloaded, .backOff, .turnedAway:
            remove(cards.keys.max() ?? "")
            effects += news()
        case .cut:
            effects.append(.close(4100))
            whileAway()
        case .otherHistory:
            effects.append(.close(1011))
            (epoch, seq, cards, events) = (Self.secondEpoch, 0, [:], [])
            _ = put("of the other history")
        case .gap:
            let from = told
            whileAway()
            effects.append(.say(gap(from: from, reason: "retention", resubscribe: true)))
        case .noMoreAccess:
            effects.append(.say(gap(from: told, reason: "access", resubscribe: false)))
            mustNotSubscribe = true
        case .duplicates:
            let stale: JSONValue = ["id": changed["id"] ?? .null, "title": "told twice", "version": 0]
            let event = events[events.count - 1].object ?? [:]
            for number in [seq, seq - 1] {
                effects.append(
                    .say(.object(event.merging(["seq": .integer(number), "data": stale]) { _, new in new })))
            }
        case .unknown: effects += strange()
        case .goingAway:
            effects.append(
                .say(["type": "closing", "data": ["reason": "restart", "retryAfterMs": .integer(Self.goingAwayMs)]]))
            effects.append(.close(1001))
            notBeforeMs[.connection] = nowMs + Self.goingAwayMs
        case .silence:
            effects.append(.fallSilent)
            whileAway()
        }
        return effects
    }

    /// Changes that the client is not told at once.
    private mutating func whileAway() {
        isSubscribed = false
        _ = put("made meanwhile")
        _ = put("changed meanwhile", id: cards.keys.min())
    }

    private mutating func gap(from: JournalPosition?, reason: String, resubscribe: Bool) -> JSONValue {
        isSubscribed = false
        told = nil
        return [
            "type": "gap", "channel": .string(Self.channel),
            "data": [
                "from": .string(from?.description ?? ""),
                "to": .string(JournalPosition(epoch: epoch, seq: UInt64(seq)).description), "reason": .string(reason),
                "resubscribe": .bool(resubscribe),
            ],
        ]
    }

    /// What a later hub may say.
    private mutating func strange() -> [Effect] {
        let channel = JSONValue.string(Self.channel)
        seq += 1
        let event: JSONValue = [
            "channel": channel, "type": "weather.changed", "seq": .integer(seq), "mood": "stormy",
            "data": ["id": "wth_1", "wind": ["strong", 9]],
        ]
        events.append(event)
        told = JournalPosition(epoch: epoch, seq: UInt64(seq))
        return [
            .say(["type": "greeting", "data": "not even an object"]),
            .say(["type": "weather.passing", "channel": channel, "data": ["clouds": 3]]),
            .say(["type": "card.updated", "channel": "project:prj_another", "seq": 900, "data": ["id": "crd_x"]]),
            .say(event),
        ]
    }

    private static func position(_ value: JSONValue?) -> JournalPosition? {
        if let text = value?.string { return JournalPosition(text) }
        guard let epoch = value?["epoch"]?.string, let seq = value?["seq"]?.integer, seq >= 0 else { return nil }
        return JournalPosition(epoch: epoch, seq: UInt64(seq))
    }
}
