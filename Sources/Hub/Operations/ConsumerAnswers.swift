import Journal
import Model
import WebCodec
import Wire

/// A consumer as it is told to whoever made it: with a webhook, once and only here, with the secret.
struct ConsumerMade: Encodable {
    let consumer: Consumer
    let secret: String?

    init(_ consumer: Consumer, secret: [UInt8]) {
        self.consumer = consumer
        self.secret = secret.isEmpty ? nil : WebhookSignature.secretText(secret)
    }

    var json: [UInt8] { get throws { try WireJSON.encode(self) } }
}

/// An event that was handed out as often as may be.
struct DeadLetter {
    let position: JournalPosition
    let attempts: Int
    let reason: String?
    /// nil when it is not kept any more.
    let event: [UInt8]?

    static func list(of id: Consumer.ID, after seq: UInt64, limit: Int, _ reader: Reader) throws -> [DeadLetter] {
        let consumer = try reader.required(id)
        let epoch = try reader.progress(of: id).position.epoch
        return try reader.deadLetters(of: id, after: seq, limit: limit).map { delivery in
            DeadLetter(
                position: JournalPosition(epoch: epoch, seq: delivery.seq), attempts: delivery.attempts,
                reason: delivery.reason,
                event: try reader.event(delivery.seq, in: .project(consumer.projectId))?.payload)
        }
    }

    var json: [UInt8] {
        var object = JSONObjectBytes()
        object.add("position", position.description)
        object.add("attempts", .integer(Int64(attempts)))
        object.add("reason", reason)
        object.add("event", json: event)
        return object.finished()
    }
}
