import Model

// The one call that a client makes, and what it says at the end.
extension ConformancePlay {
    static let createdTitle = "once"

    mutating func create(_ frame: JSONValue, nowMs: Int64) -> [Effect] {
        createAttempts += 1
        guard frame["payload"]?["title"]?.string == Self.createdTitle else {
            return refuse(frame, ["code": "VALIDATION_FAILED", "status": 422, "title": "title must be \"once\""])
        }
        guard let key = frame["idempotencyKey"]?.string, !key.isEmpty, key.utf8.count <= 255 else {
            fault("cards.create has no idempotency key")
            return refuse(frame, ["code": "BAD_REQUEST", "status": 400, "title": "A key is needed"])
        }
        checkWait(.call, nowMs: nowMs)
        if scenario == .overloaded, createAttempts == 1 { return refuseForNow(frame, .call, nowMs: nowMs) }
        if let made = madeByKey[key] { return reply(frame, made, isReplayed: true) }
        if !madeByKey.isEmpty { fault("it asked again with another key: the card was made twice") }
        let card = put(Self.createdTitle)
        madeByKey[key] = card
        // The event comes first: answers have their own way.
        if scenario == .lostAnswer, createAttempts == 1 { return news() + [.close(1011)] }
        return news() + reply(frame, card, isReplayed: false)
    }

    private mutating func reply(_ frame: JSONValue, _ card: JSONValue, isReplayed: Bool) -> [Effect] {
        isCreateAnswered = true
        var meta: [String: JSONValue] = ["position": ["epoch": .string(epoch), "seq": .integer(seq)]]
        if isReplayed { meta["replayed"] = true }
        let answer = answer(frame, ["type": "reply", "data": card, "meta": .object(meta)])
        if answer.isEmpty { fault("a call without an id has no answer to go by") }
        return answer + conclusion()
    }

    /// `{cards: {id: title}, gaps, created, position?}`: what the client's user has been told.
    mutating func report(_ frame: JSONValue) -> [Effect] {
        let payload = frame["payload"] ?? [:]
        isReported = true
        if scenario != .noMoreAccess {
            let wanted = cards.mapValues { $0["title"] ?? .null }
            let seen = payload["cards"]?.object ?? [:]
            if seen != wanted {
                let text = { (cards: [String: JSONValue]) in
                    cards.map { "\($0.key): \($0.value.string ?? "?")" }.sorted().joined(separator: ", ")
                }
                fault("its cards are {\(text(seen))}, and should be {\(text(wanted))}")
            }
            let position = JournalPosition(epoch: epoch, seq: UInt64(seq)).description
            if payload["position"]?.string != position {
                fault("it stands at \(payload["position"]?.string ?? "no position"), and was told up to \(position)")
            }
        }
        let gaps = payload["gaps"]?.integer ?? 0
        if gaps < scenario.gapsMin { fault("its user was not told that events are missing") }
        if gaps > 0, scenario.gapsMin == 0 { fault("its user was told of \(gaps) gaps, and nothing was missing") }
        if let made = madeByKey.values.first?["id"], payload["created"] != made {
            fault("its call was answered with \(payload["created"]?.string ?? "nothing"), not with what was made")
        }
        return answer(frame, ["type": "reply", "data": ["holds": .bool(faults.isEmpty)]])
    }
}
