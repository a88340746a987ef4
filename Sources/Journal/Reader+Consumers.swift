package import Model
internal import GRDB

// How far consumers have come, and what of theirs is under way. No events: it changes with every delivery.
//
// Every event up to `scannedTo` is unwanted, acknowledged, or a row of `deliveries`. A bot that dies, or a hub, leaves
// rows whose time runs out; nothing else has to be remembered for each event to be handed out at least once.
extension Reader {
    /// By name.
    package func consumers<Form: RowForm>(
        of project: Project.ID, as form: Form.Type = Decoded<Consumer>.self
    ) throws -> [Form.Output] where Form.Subject == Consumer {
        try rows(form, "WHERE projectId = ? ORDER BY name", [project.rawValue])
    }

    /// Of all projects: those that the hub itself has to serve.
    package func webhooks() throws -> [Consumer] {
        try rows(Decoded<Consumer>.self, "WHERE isWebhook = 1 ORDER BY id", [])
    }

    package func progress(of consumer: Consumer.ID) throws -> ConsumerProgress {
        let statement = try db.cachedStatement(
            sql: "SELECT epoch, scannedTo, secret FROM consumerProgress WHERE consumerId = ?")
        guard let row = try Row.fetchOne(statement, arguments: [consumer.rawValue]) else {
            throw JournalError.damaged("consumer \(consumer) has no progress")
        }
        return ConsumerProgress(
            position: JournalPosition(epoch: row[0], seq: UInt64(row[1] as Int64)), secret: try row.bytes(at: 2))
    }

    /// Deliveries whose time has come, the longest due first.
    package func dueDeliveries(of consumer: Consumer.ID, at now: Timestamp, limit: Int) throws -> [Delivery] {
        try deliveries(
            "consumerId = ? AND isDead = 0 AND dueAt <= ? ORDER BY dueAt, seq LIMIT ?",
            [consumer.rawValue, now.millisecondsSince1970, limit])
    }

    /// When the next delivery that is under way is due again; nil when none is.
    package func nextDue(of consumer: Consumer.ID) throws -> Timestamp? {
        try integer("SELECT min(dueAt) FROM deliveries WHERE consumerId = ? AND isDead = 0", [consumer.rawValue])
            .map { Timestamp(millisecondsSince1970: Int64($0)) }
    }

    /// Handed out, and neither acknowledged nor dead.
    package func inFlightCount(of consumer: Consumer.ID) throws -> Int {
        try integer("SELECT count(*) FROM deliveries WHERE consumerId = ? AND isDead = 0", [consumer.rawValue]) ?? 0
    }

    package func deadLetterCount(of consumer: Consumer.ID) throws -> Int {
        try integer("SELECT count(*) FROM deliveries WHERE consumerId = ? AND isDead = 1", [consumer.rawValue]) ?? 0
    }

    package func delivery(_ seq: UInt64, of consumer: Consumer.ID) throws -> Delivery? {
        try deliveries("consumerId = ? AND seq = ?", [consumer.rawValue, Int64(seq)]).first
    }

    /// In the order of their events.
    package func deadLetters(of consumer: Consumer.ID, after seq: UInt64 = 0, limit: Int) throws -> [Delivery] {
        try deliveries(
            "consumerId = ? AND isDead = 1 AND seq > ? ORDER BY seq LIMIT ?",
            [consumer.rawValue, Int64(seq), limit])
    }

    /// One event by its number; nil when it is not kept any more.
    package func event(_ seq: UInt64, in journal: JournalKey) throws -> CommittedEvent? {
        guard seq > 0 else { return nil }
        switch try events(in: journal, after: seq - 1, limit: 1, byteCountMax: .max) {
        case .page(let events, _, _): return events.first.flatMap { $0.header.seq == seq ? $0 : nil }
        case .gone: return nil
        }
    }

    private func deliveries(_ condition: String, _ arguments: StatementArguments) throws -> [Delivery] {
        let statement = try db.cachedStatement(
            sql: "SELECT seq, attempts, dueAt, isDead, reason FROM deliveries WHERE \(condition)")
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            Delivery(
                seq: UInt64(row[0] as Int64), attempts: row[1],
                dueAt: Timestamp(millisecondsSince1970: row[2]), isDead: row[3], reason: row[4])
        }
    }
}
