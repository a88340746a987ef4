import Engine
import Journal
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("Webhooks")
struct WebhookTests {
    private static let url = "https://receiver.example/hook"

    private func shop(deliveriesMax: Int = 3) async throws -> (shop: Workshop, project: Project, consumer: Consumer) {
        let shop = try await Workshop()
        let project = try await shop.project()
        let consumer = try await shop.engine.createConsumer(
            project.id,
            CreateConsumer(
                name: "hook", filter: Consumer.Filter(topics: ["card"]), ackWaitMs: 60_000,
                deliveriesMax: deliveriesMax, webhookUrl: Self.url), by: Workshop.by
        ).value
        return (shop, project, consumer)
    }

    private func isSettled(_ shop: Workshop, _ consumer: Consumer) async throws -> Bool {
        try await shop.journal.read { reader in
            try reader.inFlightCount(of: consumer.id) == 0 && reader.required(consumer.id).deadLetters == 0
        }
    }

    @Test("an event is sent whole, with its secret's owner's name for it, and is done with after a 2xx")
    func sent() async throws {
        let (shop, project, consumer) = try await shop()
        let card = try await shop.card("tell it", in: project)
        try await shop.wait("the message") { shop.sender.messages.count == 1 }
        let message = try #require(shop.sender.messages.first)
        #expect(message.url == Self.url)
        #expect(message.type == .cardCreated)
        #expect(message.attempt == 1)
        #expect(message.deliveryId.hasPrefix(consumer.id.rawValue))
        #expect(String(decoding: message.body, as: UTF8.self).contains(card.id.rawValue))
        try await shop.wait("settled") { try await isSettled(shop, consumer) }
        await shop.close()
    }

    @Test("no more are under way at once than may be, of one consumer and of all")
    func manyAtOnce() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let (most, each) = (WebhookCourier.sendsMax, WebhookCourier.sendsPerConsumerMax)
        for _ in 0...each { _ = try await shop.card("tell it", in: project) }
        shop.sender.hold()
        func addConsumer(_ number: Int) async throws {
            _ = try await shop.engine.createConsumer(
                project.id,
                CreateConsumer(
                    name: "hook \(number)", filter: Consumer.Filter(topics: ["card"]), inFlightMax: 2 * each,
                    webhookUrl: Self.url, from: "oldest"), by: Workshop.by)
        }
        /// How many consumers have been handed all there is.
        func ready() async throws -> Int {
            try await shop.journal.read { reader in
                try reader.webhooks().filter { try reader.inFlightCount(of: $0.id) == each + 1 }.count
            }
        }
        try await addConsumer(0)
        try await shop.wait("its share") { try await ready() == 1 && shop.sender.messages.count >= each }
        #expect(shop.sender.messages.count == each)
        // Together they want more than there may be.
        let count = most / each + 1
        for number in 1..<count { try await addConsumer(number) }
        try await shop.wait("all there may be") { try await ready() == count && shop.sender.messages.count >= most }
        #expect(shop.sender.messages.count == most)
        shop.sender.release()
        let whole = count * (each + 1)
        try await shop.wait("the rest") { Set(shop.sender.messages.map(\.deliveryId)).count == whole }
        await shop.close()
    }

    @Test("a failure is tried again later, with the same name; then it is a dead letter")
    func retried() async throws {
        let (shop, project, consumer) = try await shop(deliveriesMax: 2)
        shop.sender.answer(.status(500), .broken("connection refused"))
        _ = try await shop.card("tell it", in: project)
        try await shop.wait("the first attempt") { shop.sender.messages.count == 1 }
        // The pause is a row: it does not matter when the courier looks.
        try await shop.wait("put aside") {
            try await shop.journal.read { try $0.nextDue(of: consumer.id) }.map { due in
                due > shop.clock.now() && due < shop.clock.now().adding(milliseconds: 6_000)
            } ?? false
        }
        // The courier may look at the clock before or after it is moved on.
        try await shop.wait("the second attempt") {
            shop.clock.manual.advance(by: .seconds(10))
            return shop.sender.messages.count == 2
        }
        #expect(Set(shop.sender.messages.map(\.deliveryId)).count == 1)
        #expect(shop.sender.messages.map(\.attempt) == [1, 2])
        try await shop.wait("a dead letter") {
            try await shop.journal.read { try $0.required(consumer.id).deadLetters == 1 }
        }
        let dead = try await shop.journal.read { try $0.deadLetters(of: consumer.id, limit: 10) }
        #expect(dead.map(\.reason) == ["connection refused"])

        _ = try await shop.engine.redeliver(consumer.id, [], by: Workshop.by)
        try await shop.wait("replayed") { shop.sender.messages.count == 3 }
        await shop.close()
    }

    @Test("a receiver that answers 410 is sent nothing more until somebody lets it go on")
    func gone() async throws {
        let (shop, project, consumer) = try await shop()
        shop.sender.answer(.status(410))
        _ = try await shop.card("first", in: project)
        try await shop.wait("paused") {
            try await shop.journal.read { try $0.required(consumer.id).status == .paused }
        }
        _ = try await shop.card("second", in: project)
        #expect(shop.sender.messages.count == 1)
        _ = try await shop.engine.updateConsumer(consumer.id, UpdateConsumer(status: .active), by: Workshop.by)
        try await shop.wait("both") { shop.sender.messages.count == 3 }
        await shop.close()
    }

    @Test("a hub that starts again goes on where the one before it ended")
    func restart() async throws {
        let (shop, project, consumer) = try await shop()
        _ = try await shop.card("first", in: project)
        try await shop.wait("settled") {
            let isSettled = try await isSettled(shop, consumer)
            return isSettled && shop.sender.messages.count == 1
        }
        await shop.close()
        let next = try await Workshop(after: shop)
        _ = try await next.card("second", in: project)
        try await next.wait("the second message") { next.sender.messages.count == 1 }
        #expect(String(decoding: next.sender.messages[0].body, as: UTF8.self).contains("second"))
        await next.close()
    }

    @Test("an address that must not be sent to is refused")
    func refusedAddress() async throws {
        let (shop, project, _) = try await shop()
        await #expect(throws: HubError.self) {
            _ = try await shop.engine.createConsumer(
                project.id, CreateConsumer(name: "x", webhookUrl: "ftp://receiver.example"), by: Workshop.by)
        }
        await shop.close()
    }

    @Test(
        "pauses double from 5 s to an hour, and are never shorter than what the receiver asks for",
        arguments: [(1, 5_000), (2, 10_000), (5, 80_000), (10, 2_560_000), (11, 3_600_000), (99, 3_600_000)])
    func pauses(attempt: Int, milliseconds: Int) {
        #expect(WebhookRetry.pauseMs(after: attempt, retryAfterSeconds: nil, spread: 0) == milliseconds)
        #expect(WebhookRetry.pauseMs(after: attempt, retryAfterSeconds: nil, spread: 1) == milliseconds * 11 / 10)
        #expect(WebhookRetry.pauseMs(after: attempt, retryAfterSeconds: 30, spread: 0) == max(milliseconds, 30_000))
        #expect(WebhookRetry.pauseMs(after: attempt, retryAfterSeconds: .max, spread: 0) <= 3_960_000)
    }
}
