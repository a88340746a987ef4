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
    func once(_ key: IdempotencyKey, _ operation: Operation, _ call: OperationCall) async throws -> OperationAnswer {
        let known = RequestKey(caller: call.caller.keyOwner, key: key.text)
        guard underWay.withLock({ $0.insert(known).inserted }) else {
            throw HubError(
                .idempotencyKeyInUse, "the request with the key \(key.text) is under way",
                retryAfterSeconds: Self.underWaySeconds)
        }
        defer { underWay.withLock { _ = $0.remove(known) } }
        let fingerprint = SHA256.digest(Array("\(operation.name)\n".utf8) + WireJSON.encode(call.input))
        if let kept = try await kept(known) {
            guard kept.fingerprint == fingerprint else {
                throw HubError(
                    .idempotencyKeyReused, "the key \(key.text) came with another request before")
            }
            var answer = try await answerAgain(kept, to: call, of: operation) { answer in
                try await keep(answer, fingerprint, for: known)
            }
            answer.isReplayed = true
            return answer
        }
        let receipt = Receipt(known, fingerprint: fingerprint, by: call.actor) { value, position in
            try operation.kept(afterChangeTo: value, at: position)
        }
        let answer = try await Receipt.$current.withValue(receipt) { try await operation.handler(call) }
        // What it came to may be more than its first change said.
        if operation.resumption?.keepsAnswer != false, receipt.answer != answer.kept {
            try await keep(answer, fingerprint, for: known)
        }
        return answer
    }

    /// What was kept is the answer, or the thing that the request began: the hub went while it was waited for.
    private func answerAgain(
        _ kept: KeptAnswer, to call: OperationCall, of operation: Operation,
        keep: (OperationAnswer) async throws -> Void
    ) async throws -> OperationAnswer {
        let (head, data) = try KeptHead.split(kept.answer)
        guard let begun = head[KeptHead.begun]?.string else { return OperationAnswer(head, data) }
        guard let resumption = operation.resumption else {
            throw JournalError.damaged("\(operation.name) keeps its answers, and has kept \(begun)")
        }
        let answer = try await resumption.handler(call, begun)
        if resumption.keepsAnswer { try await keep(answer) }
        return answer
    }

    private func keep(_ answer: OperationAnswer, _ fingerprint: [UInt8], for key: RequestKey) async throws {
        try await engine.journal.change(.hub, by: .system) { tx in
            try tx.keep(answer.kept, fingerprint: fingerprint, for: key)
        }
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
    /// What is kept when a change of the request's came to `value`; nil for a value that makes no answer of the operation's:
    /// one of another shape must not be told.
    fileprivate func kept(afterChangeTo value: any Sendable, at position: JournalPosition) throws -> [UInt8]? {
        guard let entity = value as? any Entity else { return nil }
        let kind = type(of: entity).kind
        if let resumption { return resumption.kind == kind ? KeptHead.begun(text(ofIdentifier: entity)) : nil }
        switch success {
        case .noContent: return OperationAnswer(position: position).kept
        case .ok, .created, .bare:
            return outputKind == kind ? try OperationAnswer.entity(entity, at: position).kept : nil
        }
    }

    private func text<E: Entity>(ofIdentifier entity: E) -> String { entity.id.rawValue }

    /// Of the thing that it answers with; nil where the output is something else, or a list.
    private var outputKind: EntityKind? {
        guard case .named(let name, _)? = output else { return nil }
        return EntityKind(rawValue: name.lowercased())
    }
}

/// The first line of what is kept: one line of JSON, then `data` as it is, so that nothing has to be spelled again.
private enum KeptHead {
    /// The member that is there in place of an answer: the identifier of what the request began.
    static let begun = "begun"

    static func begun(_ id: String) -> [UInt8] {
        var head = JSONObjectBytes()
        head.add(begun, id)
        return head.finished() + [UInt8(ascii: "\n")]
    }

    static func split(_ kept: [UInt8]) throws -> (head: JSONValue, data: [UInt8]) {
        guard let end = kept.firstIndex(of: UInt8(ascii: "\n")) else {
            throw JournalError.damaged("a kept answer has no end of its first line")
        }
        return (try WireJSON.parse(Array(kept[..<end])), Array(kept[(end + 1)...]))
    }
}

extension OperationAnswer {
    fileprivate var kept: [UInt8] {
        var head = JSONObjectBytes()
        head.add("nextCursor", nextCursor)
        head.add("position", position?.description)
        head.add("location", location)
        head.add("version", version.map { .integer(Int64($0)) })
        return head.finished() + [UInt8(ascii: "\n")] + (data ?? [])
    }

    fileprivate init(_ head: JSONValue, _ data: [UInt8]) {
        self.init(
            data: data.isEmpty ? nil : data, nextCursor: head["nextCursor"]?.string,
            position: head["position"]?.string.flatMap(JournalPosition.init), location: head["location"]?.string,
            version: head["version"]?.integer.map { Int($0) })
    }
}
