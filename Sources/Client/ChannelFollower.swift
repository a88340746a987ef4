package import Model
package import Transport

/// Follows one channel for as long as its task lives: connects, resumes after the last event it has seen, and tells of
/// every event once, in order, or of what was missed.
package struct ChannelFollower: Sendable {
    package enum News: Sendable {
        /// The state at the position from which events follow.
        case snapshot(JSONValue)
        /// A frame: a durable event (it has `seq`) or replaceable news.
        case event(JSONValue)
        /// What was told before cannot be continued; a snapshot follows.
        case missed(reason: String)
        case disconnected(any Error, retryIn: Duration)
        case connected
    }

    package let address: HubAddress
    package let connector: WebSocketConnector
    /// Whom to believe where the address is an `https` one; nil for the system's list.
    package let tls: TLSContext?
    /// What a hub with users knows us by.
    package let token: String?
    package let clock: any TimeSource
    /// What to subscribe to: `{channel}` or `{projectId}`, with `filter` if wanted.
    package let subscription: [String: JSONValue]

    package init(
        address: HubAddress, connector: WebSocketConnector, tls: TLSContext? = nil, token: String? = nil,
        clock: any TimeSource,
        subscription: [String: JSONValue]
    ) {
        self.address = address
        self.connector = connector
        self.tls = tls
        self.token = token
        self.clock = clock
        self.subscription = subscription
    }

    /// - Parameter tell: returns false to stop following.
    /// - Throws: what makes another attempt useless: a final `HubClientError`, cancellation.
    package func run(_ tell: (News) async -> Bool) async throws {
        var position: JournalPosition?
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        let name = String(UInt64.random(in: 0...(.max), using: &generator), radix: 36)
        while true {
            try Task.checkCancellation()
            do {
                let client = try await HubClient.connect(
                    to: address, with: connector, tls: tls, token: token, name: name)
                let isWanted = try await Self.closing(client) {
                    guard await tell(.connected), try await subscribe(client, from: &position, tell) else {
                        return false
                    }
                    // Not before: a hub that accepts and then fails is not to be hurried.
                    backoff.reset()
                    return try await follow(client, from: &position, tell)
                }
                guard isWanted else { return }
            } catch let error as HubClientError where error.isFinal {
                throw error
            } catch {
                try Task.checkCancellation()
                let wait = backoff.next(using: &generator)
                guard await tell(.disconnected(error, retryIn: wait)) else { return }
                try await clock.sleep(for: wait)
            }
        }
    }

    /// Closes the connection however `body` ends, and at once when the task is cancelled: calls that wait fail then.
    private static func closing(_ client: HubClient, _ body: () async throws -> Bool) async throws -> Bool {
        let result: Result<Bool, any Error>
        do {
            result = .success(
                try await withTaskCancellationHandler(operation: body) { Task { await client.close() } })
        } catch {
            result = .failure(error)
        }
        await client.close()
        return try result.get()
    }

    /// - Returns: false when the listener has had enough.
    private func follow(
        _ client: HubClient, from position: inout JournalPosition?, _ tell: (News) async -> Bool
    ) async throws -> Bool {
        for try await frame in client.frames {
            if frame["type"]?.string == "gap" {
                guard await tell(.missed(reason: frame["data"]?["reason"]?.string ?? "gap")) else { return false }
                position = nil
                guard try await subscribe(client, from: &position, tell) else { return false }
                continue
            }
            if let seq = frame["seq"]?.integer.flatMap(UInt64.init(exactly:)), let known = position {
                // At least once across connections: what was seen before is not told again.
                guard seq > known.seq else { continue }
                position = JournalPosition(epoch: known.epoch, seq: seq)
            }
            guard frame["channel"] != nil else { continue }
            guard await tell(.event(frame)) else { return false }
        }
        return true
    }

    private func subscribe(
        _ client: HubClient, from position: inout JournalPosition?, _ tell: (News) async -> Bool
    ) async throws -> Bool {
        var payload = subscription
        payload["snapshot"] = true
        if let position {
            payload["after"] = ["epoch": .string(position.epoch), "seq": .integer(Int64(position.seq))]
        }
        let data = try await client.send("subscribe", .object(payload))["data"] ?? .null
        if data["recovered"]?.bool == true { return true }
        if position != nil, await !tell(.missed(reason: "not recovered")) { return false }
        if let epoch = data["epoch"]?.string, let seq = data["seq"]?.integer.flatMap(UInt64.init(exactly:)) {
            position = JournalPosition(epoch: epoch, seq: seq)
        }
        return await tell(.snapshot(data["snapshot"] ?? .null))
    }
}
