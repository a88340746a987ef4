import Model

/// A bot that waits for a run: its claim lives as long as somebody waits for the answer.
struct BotClaim: Sendable, Equatable {
    typealias ID = String

    let id: ID
    let project: Project.ID
    /// The bot's name: runs may be for bots of one name only.
    let bot: String
    let leaseMs: Int

    func admits(_ member: RunQueue.Member) -> Bool {
        member.project == project && (member.bot ?? bot) == bot
    }
}
