package import Model

package struct ClaimRun: Codable, Sendable {
    package var bot: String
    package var leaseMs: Int?
    package var waitMs: Int?

    package init(bot: String, leaseMs: Int? = nil, waitMs: Int? = nil) {
        self.bot = bot
        self.leaseMs = leaseMs
        self.waitMs = waitMs
    }
}

package struct BotHeartbeat: Codable, Sendable {
    package var token: Int
    /// `next` of the last heartbeat: what it was told before is done with.
    package var after: Int?
    package var waitMs: Int?
    /// The state that the bot knows: another one ends the waiting.
    package var state: BotState?

    package init(token: Int, after: Int? = nil, waitMs: Int? = nil, state: BotState? = nil) {
        self.token = token
        self.after = after
        self.waitMs = waitMs
        self.state = state
    }
}

package struct BotReport: Codable, Sendable {
    package var token: Int
    /// How many things were reported before these; what came already is passed over.
    package var from: Int?
    package var items: [JSONValue]

    package init(token: Int, from: Int? = nil, items: [JSONValue]) {
        self.token = token
        self.from = from
        self.items = items
    }
}

package struct ReleaseRun: Codable, Sendable {
    package var token: Int
    package var reason: String?

    package init(token: Int, reason: String? = nil) {
        self.token = token
        self.reason = reason
    }
}
