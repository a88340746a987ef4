import Journal
import Model

/// Hands events out to consumers, and takes their answers.
///
/// It remembers nothing: a delivery is a row with the moment from which it may be handed out again. A bot, or a hub,
/// that dies with deliveries in its hands therefore costs them their time and nothing else.
struct ConsumerDesk: Sendable {
    let journal: Journal
    let clock: any TimeSource
    let bell: CommitBell

    /// While it waits; so many unwanted events are looked at again after a crash, instead of a commit for each that is
    /// passed.
    private static let unsavedScanCountMax: UInt64 = 1_000

    // MARK: Pull

    /// Hands out what is due again, then what is new; waits until there is something, at most `waitMs`.
    ///
    /// - Throws: `HubError` `.illegalTransition` while it is paused, `.positionGone` while it has a gap.
    func pull(_ id: Consumer.ID, countMax: Int, waitMs: Int, by actor: Actor) async throws -> [HandedOut] {
        let project = try await journal.read { try $0.required(id).projectId }
        let listener = bell.listen(to: .project(project))
        defer { bell.forget(listener) }
        let deadline = clock.now().adding(milliseconds: Int64(waitMs))
        var passed: (position: JournalPosition, scannedTo: UInt64)?
        while true {
            // What is taken for somebody who has left is missed by those who are there.
            try Task.checkCancellation()
            let now = clock.now()
            let look = try await journal.read { [passed] reader in
                try ConsumerLook(reader, reader.handingOut(id), countMax: countMax, passed: passed, at: now)
            }
            switch look {
            case .gap(let gap):
                try await record(gap, of: id, by: actor)
            case .offer(let offer):
                let taken = try await take(offer, for: id, in: project, by: actor)
                if !taken.isEmpty { return taken }
            case .nothing(let position, let reached, let nextDue):
                passed = (position, reached)
                if reached - position.seq >= Self.unsavedScanCountMax {
                    try await pass(position, to: reached, for: id, in: project, by: actor)
                }
                guard now < deadline else {
                    // What it did not want is behind it: else it would be missed once it is forgotten.
                    if reached > position.seq {
                        try await pass(position, to: reached, for: id, in: project, by: actor)
                    }
                    return []
                }
                try await listener.wait(until: min(deadline, nextDue ?? deadline), clock)
            }
        }
    }

    /// - Returns: nothing when others were faster.
    private func take(
        _ offer: ConsumerLook.Offer, for id: Consumer.ID, in project: Project.ID, by actor: Actor
    ) async throws -> [HandedOut] {
        try await journal.change(.project(project), by: actor) { tx in
            let consumer = try tx.handingOut(id)
            var handedOut = try tx.handOutAgain(offer.due, of: consumer)
            guard try tx.progress(of: id).position == offer.position else { return handedOut }
            let room = max(0, consumer.inFlightMax - (try tx.inFlightCount(of: id)))
            let new = offer.events.prefix(room)
            for event in new { handedOut.append(try tx.handOut(event, attempt: 1, to: consumer)) }
            // With no room for all of them, the next look begins behind the last that had.
            let reached = new.count == offer.events.count ? offer.scannedTo : new.last?.header.seq
            if let reached, reached != offer.position.seq {
                try tx.setPosition(JournalPosition(epoch: offer.position.epoch, seq: reached), of: id)
            }
            return handedOut
        }.value
    }

    private func pass(
        _ position: JournalPosition, to seq: UInt64, for id: Consumer.ID, in project: Project.ID, by actor: Actor
    ) async throws {
        try await journal.change(.project(project), by: actor) { tx in
            guard try tx.progress(of: id).position == position else { return }
            try tx.setPosition(JournalPosition(epoch: position.epoch, seq: seq), of: id)
        }
    }

    /// What was missed is written down before anybody is told, and stays until somebody says where to go on.
    private func record(_ gap: Consumer.Gap, of id: Consumer.ID, by actor: Actor) async throws {
        try await change(id, by: actor) { tx, consumer in
            guard consumer.gap == nil else { return }
            consumer.gap = gap
            try tx.put(&consumer, severity: .warning)
        }
    }

    // MARK: Answers

    /// - Returns: how many of them were under way; the others were acknowledged before, or never handed out.
    func acknowledge(_ id: Consumer.ID, _ positions: [JournalPosition], by actor: Actor) async throws -> Int {
        let count = try await change(id, by: actor) { tx, _ in
            let epoch = try tx.progress(of: id).position.epoch
            return try positions.filter { $0.epoch == epoch }
                .reduce(0) { try $0 + (tx.removeDelivery($1.seq, of: id) ? 1 : 0) }
        }
        return count
    }

    /// Gives deliveries back: they come again after `delayMs`, or are dead letters when that was their last time.
    /// - Parameter reason: kept with them.
    /// - Returns: how many of them were under way.
    func refuse(
        _ id: Consumer.ID, _ positions: [JournalPosition], delayMs: Int, reason: String?, by actor: Actor
    ) async throws -> Int {
        try await change(id, by: actor) { tx, consumer in
            let epoch = try tx.progress(of: id).position.epoch
            var count = 0
            for position in positions where position.epoch == epoch {
                guard var delivery = try tx.delivery(position.seq, of: id), !delivery.isDead else { continue }
                count += 1
                delivery.reason = reason
                delivery.dueAt = tx.now.adding(milliseconds: Int64(delayMs))
                delivery.isDead = delivery.attempts >= consumer.deliveriesMax
                try tx.put(delivery, of: id)
                if delivery.isDead { try tx.tellDeadLetters(of: &consumer) }
            }
            return count
        }
    }

    // MARK: Where to go on

    /// Puts the consumer at `place`: what is under way is forgotten, and so are dead letters after the place, which
    /// will come again.
    func seek(_ id: Consumer.ID, to place: SeekPlace, by actor: Actor) async throws -> Committed<Consumer> {
        let committed = try await changeCommitted(id, by: actor) { tx, consumer in
            let journal = JournalKey.project(consumer.projectId)
            let position = try place.position(in: journal, tx)
            try tx.forgetDeliveries(of: id, after: position.seq)
            try tx.setPosition(position, of: id)
            consumer.gap = nil
            consumer.deadLetters = try tx.deadLetterCount(of: id)
            try tx.put(&consumer)
            return consumer
        }
        return committed
    }

    /// Dead letters come again, as if never handed out.
    /// - Parameter positions: which; empty: all.
    func redeliver(_ id: Consumer.ID, _ positions: [JournalPosition], by actor: Actor) async throws -> Committed<
        Consumer
    > {
        try await changeCommitted(id, by: actor) { tx, consumer in
            let seqs = Set(positions.map(\.seq))
            for var delivery in try tx.deadLetters(of: id, limit: ConsumerLimits.deadLettersMax)
            where seqs.isEmpty || seqs.contains(delivery.seq) {
                (delivery.isDead, delivery.attempts, delivery.dueAt) = (false, 0, tx.now)
                try tx.put(delivery, of: id)
            }
            consumer.deadLetters = try tx.deadLetterCount(of: id)
            try tx.put(&consumer)
            return consumer
        }
    }

    func pause(_ id: Consumer.ID, _ reason: String, by actor: Actor) async throws {
        try await change(id, by: actor) { tx, consumer in
            (consumer.status, consumer.statusReason) = (.paused, reason)
            try tx.put(&consumer, severity: .warning)
        }
    }

    // MARK: Changes

    @discardableResult
    private func change<Value: Sendable>(
        _ id: Consumer.ID, by actor: Actor, _ body: @escaping @Sendable (Transaction, inout Consumer) throws -> Value
    ) async throws -> Value {
        try await changeCommitted(id, by: actor, body).value
    }

    private func changeCommitted<Value: Sendable>(
        _ id: Consumer.ID, by actor: Actor, _ body: @escaping @Sendable (Transaction, inout Consumer) throws -> Value
    ) async throws -> Committed<Value> {
        let committed = try await journal.change(of: id, by: actor) { tx in
            var consumer = try tx.required(id)
            return (project: consumer.projectId, value: try body(tx, &consumer))
        }
        // There may be room again, or something due, without an event that says so.
        bell.ring(.project(committed.value.project))
        return Committed(value: committed.value.value, position: committed.position)
    }
}
