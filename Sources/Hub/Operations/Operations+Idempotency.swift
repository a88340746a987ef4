import Engine
import Journal
import Model
import Synchronization
import WebCodec
import Wire

// Requests that come twice are done once. What one of them came to is kept in the unit of work that did it
// (Receipt.swift in Journal), so that a hub that dies before it answers, answers the repeated request all the same.
extension Operations {
    /// A request is known by its key, its caller and what it asks for.
    func once(
        _ key: IdempotencyKey, _ operation: Operation, _ input: JSONValue, by caller: Caller,
        _ perform: @escaping @Sendable () async throws -> OperationAnswer
    ) async throws -> OperationAnswer {
        let known = RequestKey(caller: caller.keyOwner, key: key.text)
        guard underWay.withLock({ $0.insert(known).inserted }) else {
            throw HubError(
                .idempotencyKeyInUse, "the request with the key \(key.text) is under way",
                retryAfterSeconds: Self.underWaySeconds)
        }
        defer { underWay.withLock { _ = $0.remove(known) } }
        let fingerprint = SHA256.digest(Array("\(operation.name)\n".utf8) + WireJSON.encode(input))
        if let kept = try await kept(known) {
            guard kept.fingerprint == fingerprint else {
                throw HubError(
                    .idempotencyKeyReused, "the key \(key.text) came with another request before")
            }
            var answer = try OperationAnswer(kept: kept.answer)
            answer.isReplayed = true
            return answer
        }
        let receipt = Receipt(known, fingerprint: fingerprint, by: caller.actor) { value, position in
            try operation.answer(toChange: value, at: position)?.kept
        }
        let answer = try await Receipt.$current.withValue(receipt) { try await perform() }
        if receipt.answer != answer.kept {
            // What it came to is more than its first change said.
            try await engine.journal.change(.hub, by: .system) { tx in
                try tx.keep(answer.kept, fingerprint: fingerprint, for: known)
            }
        }
        return answer
    }

    /// What the second of two requests at the same time is asked to wait: most take some milliseconds.
    private static let underWaySeconds = 1

    private func kept(_ key: RequestKey) async throws -> KeptAnswer? {
        let now = clock.now().millisecondsSince1970
        let madeAtMin = Timestamp(millisecondsSince1970: now - Int64(Receipt.keptSeconds) * 1_000)
        return try await engine.journal.read { try $0.keptAnswer(for: key, since: madeAtMin) }
    }
}

extension Caller {
    fileprivate var keyOwner: String { "\(actor.type.rawValue) \(actor.id ?? "")" }
}

extension Operation {
    /// What the operation says when a change came to `value`; nil for a value that is no answer of its.
    fileprivate func answer(toChange value: any Sendable, at position: JournalPosition) throws -> OperationAnswer? {
        guard let entity = value as? any Entity else { return nil }
        switch success {
        case .noContent: return OperationAnswer(position: position)
        case .ok, .created, .bare: return try .entity(entity, at: position)
        }
    }
}

extension OperationAnswer {
    /// Everything but `data` as one line of JSON, then `data` as it is: nothing has to be spelled again.
    fileprivate var kept: [UInt8] {
        var head = JSONObjectBytes()
        head.add("nextCursor", nextCursor)
        head.add("position", position?.description)
        head.add("location", location)
        head.add("version", version.map { .integer(Int64($0)) })
        return head.finished() + [UInt8(ascii: "\n")] + (data ?? [])
    }

    fileprivate init(kept: [UInt8]) throws {
        guard let end = kept.firstIndex(of: UInt8(ascii: "\n")) else {
            throw JournalError.damaged("a kept answer has no end of its first line")
        }
        let head = try WireJSON.parse(Array(kept[..<end]))
        let data = kept[(end + 1)...]
        self.init(
            data: data.isEmpty ? nil : Array(data), nextCursor: head["nextCursor"]?.string,
            position: head["position"]?.string.flatMap(JournalPosition.init), location: head["location"]?.string,
            version: head["version"]?.integer.map { Int($0) })
    }
}
