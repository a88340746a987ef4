import Model

/// That a bot has a run, and until when. It stands in the process's bookkeeping, so that renewing it tells nobody.
///
/// Only the end of the process takes it away: a bot that is late and is heard before that has it still.
struct BotLease: Codable, Sendable, Equatable {
    let claim: BotClaim.ID
    let bot: String
    /// The fencing token: how many agents the run has had, so that of two bots the later one has the greater.
    let token: Int
    let leaseMs: Int
    var dueAt: Timestamp
    /// How many things it has reported.
    var received = 0
    /// How far it has heard what it was told, in bytes of the process's input.
    var heard = 0
    /// Why it gave the run back.
    var gaveBack: String?

    init(_ claim: BotClaim, token: Int, at now: Timestamp) {
        (self.claim, bot, self.token, leaseMs) = (claim.id, claim.bot, token, claim.leaseMs)
        dueAt = now.adding(milliseconds: Int64(claim.leaseMs))
    }

    mutating func renew(at now: Timestamp) { dueAt = now.adding(milliseconds: Int64(leaseMs)) }
}
