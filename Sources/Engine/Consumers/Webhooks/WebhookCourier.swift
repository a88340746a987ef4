import Journal
import Logging
import Model
import Repository

/// Sends the events of every consumer that has a webhook: one worker each, which pulls like any bot, sends what it
/// got side by side, and acknowledges or gives back. A slow receiver holds up itself alone, unless very many are slow.
actor WebhookCourier {
    /// Beyond it nothing is sent: the lease must not run out while a receiver thinks.
    static let sendSecondsMax = 20
    /// 256 at once over all consumers: each is a descriptor, of which git and clients need some too.
    static let sendsMax = 256
    /// 32 of them for one consumer, so that its receiver alone cannot take all.
    static let sendsPerConsumerMax = 32
    /// After an error of the hub's own, before it is tried again.
    private static let retrySeconds = 1

    private let desk: ConsumerDesk
    private let sender: any WebhookSender
    private let log: Logger
    private let places = Gate(places: sendsMax)
    private nonisolated let signal: AsyncStream<Void>.Continuation
    private let signals: AsyncStream<Void>
    private var workers: [Consumer.ID: Task<Void, Never>] = [:]
    private var watch: Task<Void, Never>?

    init(desk: ConsumerDesk, sender: any WebhookSender, log: Logger) {
        self.desk = desk
        self.sender = sender
        self.log = log
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func start() {
        watch = Task { await serve() }
        look()
    }

    func stop() async {
        watch?.cancel()
        await watch?.value
        for worker in workers.values { worker.cancel() }
        for worker in Array(workers.values) { await worker.value }
    }

    /// A consumer came, went, or may go on. Never waits.
    nonisolated func look() { signal.yield() }

    private func serve() async {
        for await _ in signals {
            do {
                let consumers = try await desk.journal.read { try $0.webhooks() }
                for consumer in consumers where consumer.isHandedOut && workers[consumer.id] == nil {
                    workers[consumer.id] = Task { await work(for: consumer.id) }
                }
            } catch is CancellationError {
                return
            } catch {
                log.error("webhooks could not be read", metadata: ["error": "\(error)"])
                do { try await desk.clock.sleep(for: .seconds(Self.retrySeconds)) } catch { return }
                look()
            }
        }
    }

    /// Ends when the consumer is gone, paused, or has a gap; whoever changes that calls `look`.
    private func work(for id: Consumer.ID) async {
        while !Task.isCancelled {
            do {
                try await sendNext(of: id)
            } catch is CancellationError {
                break
            } catch let error as HubError
                where [.consumerNotFound, .illegalTransition, .positionGone].contains(error.code)
            {
                log.notice("a webhook rests", metadata: ["consumer": "\(id)", "reason": "\(error.detail)"])
                break
            } catch {
                log.error(
                    "a webhook's events could not be taken", metadata: ["consumer": "\(id)", "error": "\(error)"])
                do { try await desk.clock.sleep(for: .seconds(Self.retrySeconds)) } catch { break }
            }
        }
        workers[id] = nil
        // A change that came while this worker was ending found it still there.
        if !Task.isCancelled { await lookAgain(id) }
    }

    private func lookAgain(_ id: Consumer.ID) async {
        do {
            if try await desk.journal.read({ try $0.get(id)?.isHandedOut }) == true { look() }
        } catch {
            log.error("a consumer could not be read", metadata: ["consumer": "\(id)", "error": "\(error)"])
        }
    }

    private func sendNext(of id: Consumer.ID) async throws {
        let (consumer, progress) = try await desk.journal.read { reader in
            (try reader.required(id), try reader.progress(of: id))
        }
        let events = try await desk.pull(
            id, countMax: consumer.inFlightMax, waitMs: ConsumerLimits.pullWaitMsMax, by: .system)
        guard let url = consumer.webhookUrl else { return }
        let own = Gate(places: Self.sendsPerConsumerMax)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for event in events {
                group.addTask { [places] in
                    let verdict = try await own.withPlace {
                        try await places.withPlace {
                            try await self.verdict(on: event, sentTo: url, consumer, secret: progress.secret)
                        }
                    }
                    try await self.settle(event, verdict, of: id)
                }
            }
            try await group.waitForAll()
        }
    }

    private nonisolated func verdict(
        on handed: HandedOut, sentTo url: String, _ consumer: Consumer, secret: [UInt8]
    ) async throws -> WebhookVerdict {
        let message = WebhookMessage(
            url: url, deliveryId: "\(consumer.id)-\(handed.position)", attempt: handed.attempt,
            type: handed.event.header.type, body: handed.event.payload, secret: secret, sentAt: desk.clock.now(),
            secondsMax: min(Self.sendSecondsMax, max(1, consumer.ackWaitMs / 1_000)))
        do {
            return WebhookVerdict(try await sender.send(message))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return .refused(reason: "\(error)", retryAfterSeconds: nil)
        }
    }

    private nonisolated func settle(_ handed: HandedOut, _ verdict: WebhookVerdict, of id: Consumer.ID) async throws {
        switch verdict {
        case .accepted:
            _ = try await desk.acknowledge(id, [handed.position], by: .system)
        case .refused(let reason, let retryAfterSeconds):
            // Taken from the event's number: the same in every run, and different for neighbours.
            let spread = Double(handed.event.header.seq &* 2_654_435_761 % 1_000) / 1_000
            let pause = WebhookRetry.pauseMs(
                after: handed.attempt, retryAfterSeconds: retryAfterSeconds, spread: spread)
            _ = try await desk.refuse(id, [handed.position], delayMs: pause, reason: reason, by: .system)
        case .gone:
            _ = try await desk.refuse(
                id, [handed.position], delayMs: 0, reason: "the receiver answered 410", by: .system)
            try await desk.pause(id, "the receiver answered 410: it wants no more", by: .system)
        }
    }
}
