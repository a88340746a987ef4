import Journal
import Model

extension Reader {
    /// A consumer that events may be handed out to.
    func handingOut(_ id: Consumer.ID) throws -> Consumer {
        let consumer = try required(id)
        if let gap = consumer.gap {
            throw HubError.positionGone(
                "consumer \(id) missed what came after \(gap.from); consumers.seek says where it goes on",
                reason: gap.reason.rawValue, now: gap.to, from: gap.from)
        }
        guard consumer.status == .active else {
            throw HubError.illegal("pull", "consumer \(id)", currentStatus: consumer.status.rawValue)
        }
        return consumer
    }
}

extension Transaction {
    func put(_ consumer: inout Consumer, severity: Severity = .info) throws {
        consumer.version += 1
        consumer.updatedAt = now
        try put(consumer, as: .consumerUpdated, severity: severity)
    }

    func handOut(_ event: CommittedEvent, attempt: Int, to consumer: Consumer) throws -> HandedOut {
        let due = now.adding(milliseconds: Int64(consumer.ackWaitMs))
        try put(Delivery(seq: event.header.seq, attempts: attempt, dueAt: due), of: consumer.id)
        return HandedOut(event: event, attempt: attempt)
    }

    /// Those that are still due; the others were answered, or taken by somebody else, since they were looked at.
    func handOutAgain(_ due: [Delivery], of consumer: Consumer) throws -> [HandedOut] {
        var consumer = consumer
        var handedOut: [HandedOut] = []
        for seen in due {
            guard var delivery = try delivery(seen.seq, of: consumer.id), delivery == seen else { continue }
            let event = try event(delivery.seq, in: .project(consumer.projectId))
            if let event, delivery.attempts < consumer.deliveriesMax {
                handedOut.append(try handOut(event, attempt: delivery.attempts + 1, to: consumer))
            } else {
                delivery.isDead = true
                if event == nil { delivery.reason = "the event is not kept any more" }
                try put(delivery, of: consumer.id)
                try tellDeadLetters(of: &consumer)
            }
        }
        return handedOut
    }

    func tellDeadLetters(of consumer: inout Consumer) throws {
        consumer.deadLetters = try deadLetterCount(of: consumer.id)
        if consumer.deadLetters >= ConsumerLimits.deadLettersMax {
            consumer.status = .paused
            consumer.statusReason = "deadLettersMax (\(ConsumerLimits.deadLettersMax)) is reached"
        }
        try put(&consumer, severity: .warning)
    }
}
