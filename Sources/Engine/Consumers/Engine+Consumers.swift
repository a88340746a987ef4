package import Journal
package import Model

extension Engine {
    var desk: ConsumerDesk { ConsumerDesk(journal: journal, clock: clock, bell: bell) }

    /// With a webhook it has a secret, which its messages are signed with; the consumer's progress holds it.
    package func createConsumer(
        _ project: Project.ID, _ input: CreateConsumer, by actor: Actor
    ) async throws -> Committed<Consumer> {
        let place = try SeekPlace(checked: input.from)
        let secret = try input.webhookUrl.map { url in
            try webhooks.check(url)
            return webhooks.makeSecret()
        }
        let committed = try await journal.change(.project(project), by: actor) { tx in
            _ = try tx.open(project)
            let others = try tx.consumers(of: project)
            try requireRoom(others.count, ConsumerLimits.perProjectMax, "consumersPerProjectMax", "consumers a project")
            try requireFree(input.name, among: others)
            let isWebhook = input.webhookUrl != nil
            let consumer = Consumer(
                id: tx.make(), projectId: project, name: input.name, filter: input.filter ?? Consumer.Filter(),
                ackWaitMs: input.ackWaitMs ?? ConsumerLimits.ackWaitDefaultMs,
                inFlightMax: input.inFlightMax
                    ?? (isWebhook ? ConsumerLimits.webhookInFlightDefault : ConsumerLimits.inFlightDefault),
                deliveriesMax: input.deliveriesMax
                    ?? (isWebhook ? ConsumerLimits.webhookDeliveriesDefault : ConsumerLimits.deliveriesDefault),
                webhookUrl: input.webhookUrl, at: tx.now)
            let position = try place.position(in: .project(project), tx)
            try tx.put(consumer, as: .consumerCreated)
            try tx.begin(ConsumerProgress(position: position, secret: secret ?? []), of: consumer.id)
            return consumer
        }
        courier.look()
        return committed
    }

    package func updateConsumer(
        _ id: Consumer.ID, _ input: UpdateConsumer, by actor: Actor
    ) async throws -> Committed<Consumer> {
        if let url = input.webhookUrl { try webhooks.check(url) }
        let committed = try await journal.change(of: id, by: actor) { tx in
            var consumer = try tx.required(id)
            try requireVersion(input.version, consumer.version, of: "consumer \(id)")
            if let name = input.name, name != consumer.name {
                try requireFree(name, among: tx.consumers(of: consumer.projectId))
                consumer.name = name
            }
            if let url = input.webhookUrl {
                guard consumer.webhookUrl != nil else {
                    throw HubError.invalid(
                        "/webhookUrl", "consumer \(id) is pulled by bots; make another with a webhook")
                }
                consumer.webhookUrl = url
            }
            consumer.filter = input.filter ?? consumer.filter
            consumer.ackWaitMs = input.ackWaitMs ?? consumer.ackWaitMs
            consumer.inFlightMax = input.inFlightMax ?? consumer.inFlightMax
            consumer.deliveriesMax = input.deliveriesMax ?? consumer.deliveriesMax
            if let status = input.status {
                consumer.status = status
                consumer.statusReason = nil
            }
            try tx.put(&consumer)
            return consumer
        }
        wake(committed.value)
        return committed
    }

    package func deleteConsumer(
        _ id: Consumer.ID, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Consumer> {
        let committed = try await journal.change(of: id, by: actor) { tx in
            let consumer = try tx.required(id)
            try requireVersion(version, consumer.version, of: "consumer \(id)")
            try tx.delete(consumer, as: .consumerDeleted)
            return consumer
        }
        wake(committed.value)
        return committed
    }

    /// See `ConsumerDesk.pull`. A webhook's events are the hub's to hand out.
    package func pullEvents(
        of id: Consumer.ID, countMax: Int, waitMs: Int, by actor: Actor
    ) async throws -> [HandedOut] {
        guard try await journal.read({ try $0.required(id).webhookUrl }) == nil else {
            throw HubError.illegal("pull", "consumer \(id)", currentStatus: "webhook")
        }
        return try await desk.pull(id, countMax: countMax, waitMs: waitMs, by: actor)
    }

    package func acknowledge(_ id: Consumer.ID, _ positions: [JournalPosition], by actor: Actor) async throws -> Int {
        try await desk.acknowledge(id, positions, by: actor)
    }

    package func refuse(
        _ id: Consumer.ID, _ positions: [JournalPosition], delayMs: Int, reason: String?, by actor: Actor
    ) async throws -> Int {
        try await desk.refuse(id, positions, delayMs: delayMs, reason: reason, by: actor)
    }

    package func seekConsumer(_ id: Consumer.ID, to place: String, by actor: Actor) async throws -> Committed<Consumer>
    {
        let committed = try await desk.seek(id, to: SeekPlace(checked: place), by: actor)
        wake(committed.value)
        return committed
    }

    package func redeliver(
        _ id: Consumer.ID, _ positions: [JournalPosition], by actor: Actor
    ) async throws -> Committed<Consumer> {
        let committed = try await desk.redeliver(id, positions, by: actor)
        wake(committed.value)
        return committed
    }

    private func wake(_ consumer: Consumer) {
        bell.ring(.project(consumer.projectId))
        courier.look()
    }
}

private func requireFree(_ name: String, among consumers: [Consumer]) throws {
    guard !consumers.contains(where: { $0.name == name }) else {
        throw HubError(.alreadyExists, "there is a consumer named \(name) already")
    }
}

extension SeekPlace {
    fileprivate init(checked text: String?) throws {
        guard let text else {
            self = .newest
            return
        }
        guard let place = SeekPlace(text) else {
            throw HubError.invalid("/from", "must be oldest, newest or a position, <epoch>-<seq>")
        }
        self = place
    }
}
