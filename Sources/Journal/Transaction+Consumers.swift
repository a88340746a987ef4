package import Model
internal import Foundation
internal import GRDB

// The bookkeeping of consumers; Reader+Consumers.swift says what always holds.
extension Transaction {
    /// With the consumer's row, once.
    package func begin(_ progress: ConsumerProgress, of consumer: Consumer.ID) throws {
        try write(
            "INSERT INTO consumerProgress (consumerId, epoch, scannedTo, secret) VALUES (?, ?, ?, ?)",
            [
                consumer.rawValue, progress.position.epoch, Int64(progress.position.seq),
                progress.secret.isEmpty ? nil : Data(progress.secret),
            ])
    }

    package func setPosition(_ position: JournalPosition, of consumer: Consumer.ID) throws {
        try write(
            "UPDATE consumerProgress SET epoch = ?, scannedTo = ? WHERE consumerId = ?",
            [position.epoch, Int64(position.seq), consumer.rawValue])
    }

    package func put(_ delivery: Delivery, of consumer: Consumer.ID) throws {
        try write(
            """
            INSERT INTO deliveries (consumerId, seq, attempts, dueAt, isDead, reason) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (consumerId, seq) DO UPDATE SET attempts = excluded.attempts, dueAt = excluded.dueAt,
                isDead = excluded.isDead, reason = excluded.reason
            """,
            [
                consumer.rawValue, Int64(delivery.seq), delivery.attempts, delivery.dueAt.millisecondsSince1970,
                delivery.isDead, delivery.reason,
            ])
    }

    /// - Returns: whether it was there.
    package func removeDelivery(_ seq: UInt64, of consumer: Consumer.ID) throws -> Bool {
        try write("DELETE FROM deliveries WHERE consumerId = ? AND seq = ?", [consumer.rawValue, Int64(seq)])
        return db.changesCount > 0
    }

    /// All that is under way is forgotten, and what is dead after `seq`.
    package func forgetDeliveries(of consumer: Consumer.ID, after seq: UInt64) throws {
        try write(
            "DELETE FROM deliveries WHERE consumerId = ? AND (isDead = 0 OR seq > ?)",
            [consumer.rawValue, Int64(seq)])
    }
}
