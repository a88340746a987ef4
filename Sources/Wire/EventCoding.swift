package import Model

/// How a durable event is spelled. Its JSON is made once, in the transaction that makes it true, and is never parsed
/// again: the broker splices the channel in, server-sent events take it as it is.
package enum EventCoding {
    /// - Parameter data: the entity after the change as JSON; of a deletion, `{"id":…}`.
    package static func encode(
        seq: UInt64, ts: Timestamp, type: EventType, projectId: Project.ID?, context: EventContext,
        severity: Severity, actor: Actor, data: [UInt8]
    ) -> [UInt8] {
        var object = JSONObjectBytes()
        object.add("type", type.rawValue)
        object.add("seq", json: Array(seq.description.utf8))
        object.add("ts", ts.description)
        object.add("projectId", projectId?.rawValue)
        object.add("cardId", context.cardId?.rawValue)
        object.add("runId", context.runId?.rawValue)
        object.add("processId", context.processId?.rawValue)
        object.add("jobId", context.jobId?.rawValue)
        object.add("userId", context.userId?.rawValue)
        object.add("organizationId", context.organizationId?.rawValue)
        object.add("severity", severity.rawValue)
        object.add("actor", json: encode(actor))
        object.add("data", json: data)
        return object.finished()
    }

    private static func encode(_ actor: Actor) -> [UInt8] {
        var object = JSONObjectBytes()
        object.add("type", actor.type.rawValue)
        object.add("id", actor.id)
        object.add("name", actor.name)
        return object.finished()
    }
}
